import { isAbsolute, join } from 'node:path';
import { ConfigError } from './errors.js';
import { homeFolder } from './places.js';

/**
 * Where journals and locks are kept: systemd's `STATE_DIRECTORY` where a unit sets one, else what the XDG base directory
 * specification says, which ignores relative paths.
 * @throws ConfigError if there is no home to keep them in
 */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const ofUnit = env.STATE_DIRECTORY?.split(':', 1)[0];
  if (ofUnit && isAbsolute(ofUnit)) return ofUnit;
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'phonectl');
  const home = homeFolder(env);
  if (home === undefined)
    throw new ConfigError('there is no home folder to keep journals in', 'set HOME or XDG_STATE_HOME');
  return join(home, '.local', 'state', 'phonectl');
}
