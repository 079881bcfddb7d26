import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where a file of settings lies: what is further up in this list wins. */
export interface ConfigPlace {
  readonly kind: 'named' | 'project' | 'user' | 'system';
  readonly path: string;
}

/** The file of the folder that one is in. */
const PROJECT_FILE = 'phonectl.yaml';
const SYSTEM_FILE = '/etc/phonectl/config.yaml';

/**
 * Where settings are looked for, the first first. `PHONECTL_CONFIG` names the one file instead; if it is empty there is none,
 * and fs_cli's files are not looked at either.
 */
export function configPlaces(env: NodeJS.ProcessEnv, folder: string): readonly ConfigPlace[] {
  const named = env.PHONECTL_CONFIG;
  if (named !== undefined) return named === '' ? [] : [{ kind: 'named', path: named }];
  const own = userConfigFile(env);
  return [
    { kind: 'project', path: join(folder, PROJECT_FILE) },
    ...(own === undefined ? [] : [{ kind: 'user', path: own } as const]),
    { kind: 'system', path: SYSTEM_FILE },
  ];
}

/** The file of this user (XDG base directory specification, which ignores relative paths); undefined if there is no home. */
export function userConfigFile(env: NodeJS.ProcessEnv): string | undefined {
  const base = env.XDG_CONFIG_HOME;
  if (base && isAbsolute(base)) return join(base, 'phonectl', 'config.yaml');
  const home = homeFolder(env);
  return home === undefined ? undefined : join(home, '.config', 'phonectl', 'config.yaml');
}

/** The files of fs_cli; it takes the first that it can open (fs_cli.c, read_config and its callers). */
export function fsCliPlaces(env: NodeJS.ProcessEnv): readonly string[] {
  if (env.PHONECTL_CONFIG === '') return [];
  return [...(env.HOME && isAbsolute(env.HOME) ? [join(env.HOME, '.fs_cli_conf')] : []), '/etc/fs_cli.conf'];
}

/** The user's home; undefined if there is none, as for some services. */
export function homeFolder(env: NodeJS.ProcessEnv): string | undefined {
  if (env.HOME && isAbsolute(env.HOME)) return env.HOME;
  try {
    const home = homedir();
    // It is what HOME says, whatever that is.
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}
