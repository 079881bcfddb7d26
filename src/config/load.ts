import { access, lstat, stat } from 'node:fs/promises';
import { ConfigError } from './errors.js';
import { firstFsCli } from './fs-cli.js';
import { type ConfigPlace, configPlaces, fsCliPlaces, homeFolder } from './places.js';
import type { ConfigFile, ConfigSchema } from './read-config.js';
import { mergeSettings, type ServerEntry, type Settings } from './settings.js';
import { shellWord } from './shell-word.js';

/** A place, and what was found there. */
export interface ReadFile {
  readonly place: ConfigPlace;
  readonly file: ConfigFile | undefined;
  /** Why it was not read although it is there. */
  readonly unread?: string;
}

/** Everything that is set, and where it was read. */
export interface Configuration {
  readonly settings: Settings;
  /** The files that count, the first first; those that are not there without what they say. */
  readonly files: readonly ReadFile[];
  /** What is wrong with them. */
  readonly problems: readonly ConfigError[];
  /** The servers of fs_cli's file, by their names in lower case. */
  readonly fsCli: ReadonlyMap<string, ServerEntry>;
  /** That file, if there is one. */
  readonly fsCliPath: string | undefined;
  /** What a user should look at, and nothing is wrong for. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The folder that one is in. */
  readonly folder: string;
  readonly schema: ConfigSchema;
  /** @default as `env` and `folder` say */
  readonly places?: readonly ConfigPlace[];
}

/**
 * Reads all files that count. What is wrong with their settings is among the problems.
 * @throws ConfigError if a file can't be read at all, or others could have written it
 */
export async function loadConfig({ env, folder, schema, places }: LoadOptions): Promise<Configuration> {
  const home = homeFolder(env);
  const files = await Promise.all((places ?? configPlaces(env, folder)).map((place) => readAt(place, schema, home)));
  const there = files.flatMap(({ file }) => file ?? []);
  const { servers, path, isExposed } = await firstFsCli(fsCliPlaces(env));
  return {
    settings: mergeSettings(there),
    files,
    problems: there.flatMap(({ problems }) => problems),
    fsCli: servers,
    fsCliPath: path,
    warnings: isExposed ? [`${path}: other users of this machine can read the passwords in it; chmod 600 it`] : [],
  };
}

async function readAt(place: ConfigPlace, schema: ConfigSchema, home: string | undefined): Promise<ReadFile> {
  if (place.kind !== 'named' && !(await isThere(place.path))) return { place, file: undefined };
  const danger =
    (await dangerOf(place.path)) ?? (place.kind === 'project' ? await strangersLink(place.path) : undefined);
  // Nobody asked for the file of a folder: what a stranger has put there is passed over.
  if (place.kind === 'project' && danger) return { place, file: undefined, unread: danger.message };
  if (danger?.hint) throw danger;
  // Most commands of most users have no file, and then the parser need not be loaded.
  const { readConfig } = await import('./read-config.js');
  const file = await readConfig(place, schema, home);
  const exposed = await exposedPassword(file);
  return { place, file: exposed ? { ...file, problems: [...file.problems, exposed] } : file };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  );
}

/** What others can write could send a password anywhere, and phones anything. With a hint if it can be mended. */
async function dangerOf(path: string): Promise<ConfigError | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || process.getuid === undefined) return undefined;
  if ((found.mode & 0o022) !== 0) {
    return new ConfigError(`${path}: other users of this machine can write it`, `chmod go-w ${shellWord(path)}`);
  }
  const isOwn = found.uid === 0 || found.uid === process.getuid();
  return isOwn ? undefined : new ConfigError(`${path} is another user's file`);
}

/** A password in the address of the queue makes the file one of those that only their owner may read. */
async function exposedPassword({ path, queue }: ConfigFile): Promise<ConfigError | undefined> {
  if (queue?.url.password === undefined || process.platform === 'win32') return undefined;
  const found = await stat(path).catch(() => undefined);
  if (!found || (found.mode & 0o077) === 0) return undefined;
  return new ConfigError(
    `${queue.from}: a password stands in the address, and other users of this machine can read this file`,
    `chmod 600 ${shellWord(path)}, or password-file: the name of a file with it`,
  );
}

/** A link of a stranger's to a file of ours: what that says of paths would mean the stranger's folder. */
async function strangersLink(path: string): Promise<ConfigError | undefined> {
  const link = await lstat(path).catch(() => undefined);
  if (!link?.isSymbolicLink() || process.getuid === undefined || link.uid === process.getuid()) return undefined;
  return link.uid === 0 ? undefined : new ConfigError(`${path} is another user's link`);
}
