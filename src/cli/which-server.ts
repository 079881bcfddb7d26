import { usageError } from './failure.js';

/**
 * A server has a name or a host. Of one in the environment and one that was typed, the latter counts, and what the environment
 * says besides (port, user, file of the password) belongs to the server that does not.
 * @param typed the flags that stand on the command line
 * @throws Failure if nobody knows which is meant
 */
export function oneWayToName(flags: Record<string, unknown>, typed: ReadonlySet<string>): void {
  if (flags.server === undefined || flags.host === undefined) return;
  if (typed.has('server') === typed.has('host')) {
    const both = typed.has('host') ? '--server and --host' : 'PHONECTL_SERVER and PHONECTL_HOST';
    throw usageError(`${both} both say which server is meant`, 'one of them');
  }
  delete flags[typed.has('server') ? 'host' : 'server'];
  for (const flag of ['port', 'user', 'password-file']) if (!typed.has(flag)) delete flags[flag];
}
