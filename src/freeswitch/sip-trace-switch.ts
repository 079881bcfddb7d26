import type { Connection } from '../esl/index.js';
import type { ProfileStatus } from './profile-status.js';
import { SipTraceError } from './sip-trace-error.js';
import type { TraceProbe } from './sip-trace-probe.js';
import { word } from './word.js';

/** `sofia profile P siptrace on|off`, and what is on because of us. */
export class TraceSwitch {
  readonly #on = new Map<string, ProfileStatus>();

  /** Whether there is anything to switch off. */
  get used(): boolean {
    return this.#on.size > 0;
  }

  /** @throws SipTraceError, EslError. Whatever it throws, the trace may be on. */
  async on(connection: Connection, profile: ProfileStatus): Promise<void> {
    this.#on.set(profile.name, profile);
    const { text } = await connection.send({ line: `api ${command(profile, 'on')}` });
    if (text.startsWith('Enabled')) return;
    throw new SipTraceError('no-profile', `the server would not trace ${profile.name}: ${text}`);
  }

  /**
   * Switches off what `on` switched on, and looks whether it is off.
   * @throws EslError, or an Error if it is not
   */
  async off(connection: Connection, probe: TraceProbe): Promise<void> {
    const profiles = [...this.#on.values()];
    for (const profile of profiles) {
      const { text } = await connection.send({ line: `api ${command(profile, 'off')}` });
      // A profile that is gone took its trace with it.
      if (!/^(?:Disabled|Invalid Profile)/.test(text)) throw new Error(`FreeSWITCH said: ${text}`);
    }
    const still = await probe.shown(connection, profiles);
    for (const { name } of profiles) if (!still.has(name)) this.#on.delete(name);
    if (this.used) throw new Error('it was switched off, and yet it goes on');
  }

  /** The error that says how to switch off by hand what is still on. */
  leftOn(cause: unknown): SipTraceError {
    const profiles = [...this.#on.values()];
    const names = profiles.map(({ name }) => name).join(', ');
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = `in fs_cli, type: ${profiles.map((profile) => command(profile, 'off')).join(', then: ')}`;
    return new SipTraceError('left-on', `the SIP trace of ${names} may still be on: ${why}`, { hint, cause });
  }
}

function command({ name }: ProfileStatus, state: 'on' | 'off'): string {
  return `sofia profile ${word(name)} siptrace ${state}`;
}
