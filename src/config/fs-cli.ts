import { readFile, stat } from 'node:fs/promises';
import type { ServerEntry } from './settings.js';
import { STOCK } from './stock.js';

/** What fs_cli knows a server by if nothing else is said (fs_cli.c, main). */
export const FS_CLI_DEFAULT = 'default';

/** The servers of a file of fs_cli's, by their names in lower case, and where it was. */
export interface FsCliFile {
  readonly servers: ReadonlyMap<string, ServerEntry>;
  readonly path: string | undefined;
  /** Whether other users of this machine can read a password in it. */
  readonly isExposed: boolean;
}

/** The first that can be opened; none is no error, as with fs_cli. */
export async function firstFsCli(paths: readonly string[]): Promise<FsCliFile> {
  for (const path of paths) {
    const found = await readSmall(path).catch(() => undefined);
    if (!found) continue;
    const servers = parseFsCli(found.text, path);
    const isSecret = [...servers.values()].some(({ password = STOCK.password }) => password !== STOCK.password);
    return { servers, path, isExposed: isSecret && (found.mode & 0o044) !== 0 && process.platform !== 'win32' };
  }
  return { servers: new Map(), path: undefined, isExposed: false };
}

/** More than any such file has, bytes. */
const MAX_BYTES = 1 << 18;

async function readSmall(path: string): Promise<{ text: string; mode: number } | undefined> {
  const found = await stat(path);
  // A pipe that nobody writes to would be waited for for ever.
  if (!found.isFile() || found.size > MAX_BYTES) return undefined;
  return { text: await readFile(path, 'utf8'), mode: found.mode };
}

interface Draft {
  readonly line: number;
  readonly pairs: Map<string, string>;
}

/**
 * Read as fs_cli reads it (esl_config.c, esl_config_next_pair; fs_cli.c, read_config): a section is a server, keys are in any
 * case, `=` and `=>` are the same, `;;` begins a comment within a line, and a blank at the end belongs to the value.
 * @param path as it is named in what is shown
 */
export function parseFsCli(text: string, path: string): ReadonlyMap<string, ServerEntry> {
  const sections = new Map<string, Draft>();
  let section: Draft | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith('__END__')) break;
    if (/^[#;]/.test(line)) continue;
    const name = /^\[(.*?)\]/.exec(line)?.[1];
    if (name !== undefined) {
      // Of a name that comes twice fs_cli finds the first.
      section = { line: index + 1, pairs: new Map() };
      if (!name.startsWith('+') && !sections.has(name)) sections.set(name, section);
      continue;
    }
    const [, key, value] = /^[ \t]*([^=]*?)[ \t]*=>?[ \t]*(.*)$/.exec(withoutComment(line)) ?? [];
    if (key !== undefined && value !== undefined) section?.pairs.set(key.toLowerCase(), value);
  }
  const servers = [...sections].filter(([, { pairs }]) => pairs.size > 0);
  return new Map(servers.map(([name, draft]) => [name.toLowerCase(), toServer(name, draft, path)]));
}

/** fs_cli looks at the first `;` of a line only: a comment begins there if another one follows. */
function withoutComment(line: string): string {
  const at = line.indexOf(';');
  return at >= 0 && line[at + 1] === ';' ? line.slice(0, at) : line;
}

function toServer(name: string, { line, pairs }: Draft, path: string): ServerEntry {
  const port = Number.parseInt(pairs.get('port') ?? '', 10);
  return {
    name,
    from: `${path}:${line}`,
    host: pairs.get('host') || '127.0.0.1',
    port: port > 0 && port <= 65_535 ? port : undefined,
    user: pairs.get('user') || undefined,
    passwordFile: undefined,
    password: pairs.get('password') || undefined,
    settings: new Map(),
    vendors: new Map(),
  };
}
