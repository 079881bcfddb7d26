import { hangupCause } from '../calls/cause.js';
import type { ApiCommand, ApiContext } from './context.js';

const NO_CHANNEL = '-ERR No such channel!\n';

/** Commands of mod_commands about one channel (mod_commands.c). */
export function uuidCommands({ calls }: ApiContext): Record<string, ApiCommand> {
  return {
    uuid_exists: (argument) => String(calls.find(argument) !== undefined),
    uuid_kill: (argument) => {
      const [id, cause] = argument.split(' ', 2);
      if (!id) return '-USAGE: <uuid> [cause]\n';
      return calls.end(id, hangupCause(cause)) ? '+OK\n' : NO_CHANNEL;
    },
    uuid_getvar: (argument) => {
      const [id, name] = argument.split(' ', 2);
      if (!id || !name) return '-USAGE: <uuid> <var>\n';
      const channel = calls.find(id)?.channel;
      return channel ? (channel.variable(name) ?? '_undef_') : NO_CHANNEL;
    },
    uuid_setvar: (argument) => {
      const [, id = '', name, value] = /^(\S+)(?: +(\S+)(?: +(.*))?)?$/s.exec(argument) ?? [];
      if (!name) return '-USAGE: <uuid> <var> [value]\n';
      const channel = calls.find(id)?.channel;
      channel?.variables.set(name, value);
      return channel ? '+OK\n' : NO_CHANNEL;
    },
  };
}
