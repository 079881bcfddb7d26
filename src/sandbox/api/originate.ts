import type { Step } from '../calls/call-thread.js';
import type { LoopbackLeg } from '../calls/loopback.js';
import { splitWords } from '../wire/c-text.js';
import type { ApiCommand, ApiContext } from './context.js';

const USAGE =
  '-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>] ' +
  '[<timeout_sec>]\n';
const MOST_WORDS = 7;
const CONTEXT = 'default';

/** `originate` (mod_commands.c), over mod_loopback only: to an application, or to an extension of the dialplan. */
export function originateCommand({ calls, dialplan }: ApiContext): Record<string, ApiCommand> {
  return {
    originate: (argument) => {
      const [url = '', target, ...more] = splitWords(argument);
      if (target === undefined || more.length + 2 > MOST_WORDS) return USAGE;
      const leg = loopbackLeg(url);
      if (!leg) return '-ERR CHAN_NOT_IMPLEMENTED\n';
      const call = calls.originate(leg, applicationOf(target) ?? dialplan.find(target));
      return call ? `+OK ${call.uuid}\n` : '-ERR NO_ROUTE_DESTINATION\n';
    },
  };
}

/** `{name=value,…}loopback/EXTENSION[/CONTEXT]` */
function loopbackLeg(url: string): LoopbackLeg | undefined {
  const [, list = '', extension, context = CONTEXT] = /^(?:\{(.*)\})?loopback\/([^/]+)(?:\/([^/]+))?/s.exec(url) ?? [];
  if (extension === undefined) return undefined;
  const variables = new Map<string, string>();
  for (const pair of list.split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) variables.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return { extension, context, variables };
}

/** `&APPLICATION(DATA)` */
function applicationOf(target: string): readonly Step[] | undefined {
  const [, application, data = ''] = /^&([^(]+)(?:\((.*?)\)?)?$/s.exec(target) ?? [];
  return application === undefined ? undefined : [{ application, data }];
}
