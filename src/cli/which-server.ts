import { usageError } from './failure.js';

/**
 * A server has a name or a host. Of one in the environment and one that was typed, the latter counts. What the environment says
 * besides (port, user, file of the password) belongs to a server that it names itself, or to none: it is not for one whose
 * own port and password are known.
 * @param typed the flags that stand on the command line
 * @param isKnown whether the settings have a server of this name
 * @throws Failure if nobody knows which is meant
 */
export function oneWayToName(
  flags: Record<string, unknown>,
  typed: ReadonlySet<string>,
  isKnown: (server: string) => boolean,
): void {
  const { server, host } = flags;
  if (server === undefined) return;
  if (host !== undefined) {
    if (typed.has('server') === typed.has('host')) {
      const both = typed.has('host') ? '--server and --host' : 'PHONECTL_SERVER and PHONECTL_HOST';
      throw usageError(`${both} both say which server is meant`, 'one of them');
    }
    delete flags[typed.has('server') ? 'host' : 'server'];
  }
  const isNamed = flags.server !== undefined && [server].flat().every((name) => isKnown(String(name)));
  if (host === undefined && !isNamed) return;
  for (const flag of ['port', 'user', 'password-file']) if (!typed.has(flag)) delete flags[flag];
}
