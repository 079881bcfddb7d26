import type { Registration } from '../phones/registration.js';
import { type Content, notifyRegistration } from '../sofia/notify.js';
import type { SipProfile } from '../sofia/sip-profile.js';
import { isTrue } from '../wire/c-text.js';
import type { ApiContext } from './context.js';

/** `sofia profile NAME …` (`cmd_profile`, mod_sofia.c), as far as it concerns phones. */
export function changeProfile(context: ApiContext, words: readonly string[]): string {
  const [name, action, argument] = words;
  if (name === undefined || action === undefined) return 'Invalid Args!\n';
  const profile = context.registry.profile(name);
  if (!profile) return `Invalid Profile [${name}]`;
  switch (action.toLowerCase()) {
    case 'siptrace':
      if (argument === undefined) return 'Usage: sofia profile <name> siptrace <on/off>\n';
      context.sofia.trace.turn(profile, isTrue(argument));
      return `${isTrue(argument) ? 'Enabled' : 'Disabled'} sip debugging on ${profile.name}`;
    case 'rescan':
      return 'Reload XML [Success]\n+OK scan complete\n';
    case 'check_sync':
      if (argument === undefined) return forgetEverybody(context, profile);
      for (const row of matching(context, profile, argument)) restart(context, profile, row);
      return '+OK syncing all registrations matching specified call_id\n';
    case 'flush_inbound_reg':
      return flush(context, profile, words.slice(2));
    default:
      return '-ERR Unknown command!\n';
  }
}

// Without an argument check_sync notifies nobody: it deletes every registration and subscription (sofia_reg_check_sync).
function forgetEverybody(context: ApiContext, profile: SipProfile): string {
  forget(context, [...context.registry.registrations(profile)]);
  context.registry.clearSubscriptions(profile);
  return '+OK syncing all registrations\n';
}

function flush(context: ApiContext, profile: SipProfile, words: readonly string[]): string {
  const isReboot = (word: string | undefined) => word?.toLowerCase() === 'reboot';
  const target = isReboot(words[0]) ? undefined : words[0];
  const reboot = isReboot(words[0]) || isReboot(words[1]);
  const rows = target === undefined ? [...context.registry.registrations(profile)] : matching(context, profile, target);
  if (reboot) for (const row of rows) restart(context, profile, row);
  forget(context, rows);
  return `+OK ${reboot ? 'rebooting' : 'flushing'} all registrations${target === undefined ? '' : ' matching specified call_id'}\n`;
}

function forget({ registry, bus }: ApiContext, rows: readonly Registration[]): void {
  for (const registration of rows) {
    registry.unregister(registration);
    bus.emit('expired', { registration });
  }
}

/** The registrations with this Call-ID, of this user@domain, or of this whole domain. */
function matching({ registry }: ApiContext, profile: SipProfile, target: string): Registration[] {
  const at = target.indexOf('@');
  const user = at < 0 ? '' : target.slice(0, at);
  const host = at < 0 ? target : target.slice(at + 1);
  const byAddress =
    user === ''
      ? [...registry.registrations(profile)].filter((row) => row.host === host)
      : registry.byUser(profile, user, host);
  return [...new Set([...registry.byCallId(profile, target), ...byAddress])];
}

function restart({ sofia }: ApiContext, profile: SipProfile, row: Registration): void {
  notifyRegistration(sofia, profile, row, restartOrder(row), '', row.callId);
}

/** What `sofia_reg_send_reboot` (sofia_reg.c) sends to a phone of this User-Agent. */
function restartOrder({ userAgent, callId }: Registration): Content {
  const contentType = 'application/simple-message-summary';
  const agent = userAgent.toLowerCase();
  const order = (event: string) => ({ event, contentType, body: '' });
  if (agent.includes('snom') || agent.includes('yealink')) return order('check-sync;reboot=true');
  if (agent.includes('linksys/spa8000')) return order('check-sync');
  if (agent.includes('linksys')) return order('reboot_now');
  if (agent.includes('spa')) return order('reboot');
  if (agent.includes('cisco-cp7960g') || agent.includes('cisco-cp7940g') || !agent.includes('cisco')) {
    return order('check-sync');
  }
  const stamps = ['Config', 'Dialplan', 'Softkey'].map((name) => `${name}VersionStamp={0000000000000000}`).join('\n');
  return {
    event: 'service-control',
    contentType: 'text/plain',
    body: `action=restart\nRegisterCallId={${callId}}\n${stamps}`,
  };
}
