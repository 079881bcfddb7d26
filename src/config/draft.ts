import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { ConfigError, systemReason } from './errors.js';
import { FS_CLI_DEFAULT } from './fs-cli.js';
import type { ServerEntry } from './settings.js';
import { STOCK } from './stock.js';

const HEAD = `# Settings of phonectl. \`phonectl config check\` looks at this file, \`phonectl config show\` says what counts and why.
`;

const MORE = `
# sip-profile: internal      # of phones whose row names none; else wherever they are registered
# domain: example.com        # of phones that are given without one
# rate: 100                  # orders a second
# mwi-rate: 50               # the same for message lamps
# template-dir: templates    # templates of your own
# queue: redis://127.0.0.1:6379/0   # Redis or Valkey, by which runs are handed to workers
# columns:                   # headers that your files have
#   user: Nebenstelle
# vendors:
#   panasonic:
#     resync: resync         # the event that your phones are set to
#   acme:                    # a make of your own
#     user-agent: '^Acme/(?<model>\\S+) (?<firmware>\\S+)'
#     resync: check-sync
`;

/** A file of settings to start from, and the passwords that go into files of their own. */
export interface Draft {
  readonly text: string;
  /** By the names of their files, in the same folder. */
  readonly passwords: ReadonlyMap<string, string>;
}

/** Settings for servers that fs_cli knows; for the stock one if it knows none. */
export function draftConfig(fsCli: readonly ServerEntry[]): Draft {
  const passwords = new Map<string, string>();
  const servers = new Map<string, object>();
  for (const entry of fsCli) {
    const { host, port, user, password } = entry;
    const name = unused(nameOf(entry), servers);
    const isSecret = password !== undefined && password !== STOCK.password;
    const passwordFile = `${name}.password`;
    if (isSecret) passwords.set(passwordFile, password);
    servers.set(name, { host, port, user, 'password-file': isSecret ? passwordFile : undefined });
  }
  if (servers.size === 0) servers.set('local', { host: STOCK.host, port: STOCK.port });
  const usual = fsCli.findIndex(({ name }) => name === FS_CLI_DEFAULT);
  const text = stringify({ server: [...servers.keys()][Math.max(usual, 0)], servers: Object.fromEntries(servers) });
  return { text: `${HEAD}${text}${MORE}`, passwords };
}

function unused(name: string, taken: Pick<ReadonlySet<string>, 'has'>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}

/** `default` says nothing in an outcome; its host does. */
function nameOf({ name, host }: ServerEntry): string {
  const isHere = /^(?:localhost|127\..*|::1)$/.test(host);
  return (name === FS_CLI_DEFAULT ? (isHere ? 'local' : host) : name).replace(/[^\w.-]/g, '_');
}

/**
 * Writes it where nobody else can read it, and nothing over what is there.
 * @throws ConfigError
 */
export async function writeDraft(path: string, { text, passwords }: Draft): Promise<void> {
  const folder = dirname(path);
  let writing = folder;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = [...passwords].map(([name, password]) => [join(folder, name), `${password}\n`] as const);
    for (const [file, content] of [...files, [path, text] as const]) {
      writing = file;
      await writeFile(file, content, { flag: 'wx', mode: 0o600 });
      await chmod(file, 0o600);
    }
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === 'EEXIST')
      throw new ConfigError(`${writing} is there already`, 'change it, or move it away first');
    throw new ConfigError(`${writing} can't be written: ${systemReason(failure)}`);
  }
}
