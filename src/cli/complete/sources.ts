import { open, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { plural } from '../plural.js';
import type { Candidate, Surroundings } from './candidate.js';
import type { Typed } from './place.js';

/*
 * What there is on this machine. Each source loads only what it needs, as somebody waits for a Tab; none asks the network, reads
 * a file to its end, or waits for a pipe. What fails is left to the one place where a Tab is answered.
 */

/** Names of servers that `--server` can take: those of the settings, and of fs_cli's file. */
export async function serverNames(): Promise<readonly Candidate[]> {
  const { readSettings } = await import('../settings.js');
  const { settings, fsCli } = await readSettings();
  const servers = new Map([...settings.servers, ...fsCli, ...settings.servers]);
  return [...servers.values()].map(({ name, host }) => ({ value: name, about: host }));
}

/** The templates that came with phonectl, and the user's own. */
export async function templates(typed: Typed, around: Surroundings): Promise<Candidate[]> {
  const catalog = await catalogOf(typed, around);
  const files = await catalog.list();
  if (!around.describe) return files.map(({ name }) => ({ value: name }));
  const { parseSource } = await import('../../payload/source.js');
  const about = async (name: string, path: string) => parseSource(name, await beginning(path)).description;
  // One that is no template is there all the same.
  const found = files.map(async ({ name, path }) => ({
    value: name,
    about: await about(name, path).catch(() => undefined),
  }));
  return Promise.all(found);
}

/** What the template of a command reads, for `--set`. */
export async function templateKeys(typed: Typed, around: Surroundings): Promise<Candidate[]> {
  const [name] = typed.args;
  if (name === undefined || !Object.hasOwn(typed.command.args, 'template')) return [];
  const catalog = await catalogOf(typed, around);
  const { path } = await catalog.find(fromHome(name, around.env));
  if (!(await isFile(path))) return [];
  const { names } = await catalog.load(fromHome(name, around.env));
  return names.map((key) => ({ value: `${key}=` }));
}

async function catalogOf({ flags }: Typed, { root, env }: Surroundings) {
  const { Catalog } = await import('../../payload/catalog.js');
  const { readSettings } = await import('../settings.js');
  const set = async () => (await readSettings()).settings.values.get('template-dir')?.value;
  const own = flags.get('template-dir')?.at(-1) || env.PHONECTL_TEMPLATE_DIR || (await set().catch(() => undefined));
  const folders = own?.split(delimiter).map((folder) => fromHome(folder, env));
  return new Catalog(join(root, 'templates'), folders?.join(delimiter));
}

/** The vendors that phonectl knows, and those of the settings. */
export async function vendors(): Promise<Candidate[]> {
  const { readSettings, takeVendors } = await import('../settings.js');
  const { knownVendors } = await import('../../vendor/known.js');
  await readSettings().then(takeVendors, () => {});
  return knownVendors()
    .map(({ key, label }) => ({ value: key, about: label }))
    .sort((a, b) => a.value.localeCompare(b.value));
}

/** The columns that have a meaning. */
export async function canonicalColumns(): Promise<Candidate[]> {
  const { CANONICAL_COLUMNS } = await import('../../inventory/columns.js');
  return CANONICAL_COLUMNS.map((value) => ({ value }));
}

/** The columns of the file that is named on the command line, as `--where` calls them; else those that have a meaning. */
export async function columns(typed: Typed, around: Surroundings): Promise<Candidate[]> {
  const found = await headers(typed, around).catch(() => []);
  if (found.length === 0) return canonicalColumns();
  const { canonicalColumn, ownColumn } = await import('../../inventory/columns.js');
  const mapped = (typed.flags.get('map') ?? []).map((text) => text.slice(0, Math.max(0, text.indexOf('='))));
  const named = new Map(mapped.map((value): [string, Candidate] => [value, { value }]));
  for (const header of found) {
    const value = canonicalColumn(header) ?? ownColumn(header);
    if (!named.has(value)) named.set(value, { value, about: header.toLowerCase() === value ? undefined : header });
  }
  named.delete('');
  return [...named.values()];
}

/** What the file that is named on the command line calls its columns. */
export async function headers({ command, flags, args }: Typed, { env }: Surroundings): Promise<string[]> {
  const path = flags.get('inventory')?.at(-1) ?? args[Object.keys(command.args).indexOf('file')];
  if (path === undefined || path === '-') return [];
  const { peekHeaders } = await import('../../inventory/read-csv.js');
  const found = await peekHeaders(fromHome(path, env), flags.get('delimiter')?.at(-1));
  return found.filter((header) => header !== '');
}

/** Nobody looks through more; who wants an older one types the beginning of it. */
const MOST_RUNS = 30;

/** The newest runs that have a journal in the state folder and begin so, and `last`. */
export async function runs(begun: string, { env, describe }: Surroundings): Promise<Candidate[]> {
  const { stateFolder } = await import('../../config/state.js');
  const folder = join(stateFolder(env), 'runs');
  // Their names sort by time: no file of them need be looked at.
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl') && name.startsWith(begun)).sort();
  const newest = names.slice(-MOST_RUNS).reverse();
  const found = newest.map(async (name) => ({
    value: name.slice(0, -'.jsonl'.length),
    about: describe ? await aboutRun(join(folder, name)).catch(() => undefined) : undefined,
  }));
  return [{ value: 'last', about: 'the newest run' }, ...(await Promise.all(found))];
}

/** `resync, 40 phones`, from the first line of a journal. */
async function aboutRun(path: string): Promise<string | undefined> {
  const [line = ''] = (await beginning(path)).split('\n', 1);
  const { command, phones } = JSON.parse(line) as { command?: unknown; phones?: unknown };
  return typeof command === 'string' ? `${command}${phones ? `, ${plural(Number(phones), 'phone')}` : ''}` : undefined;
}

/** Names of events, and the subclasses of CUSTOM that registrations and gateways bring about (mod_sofia.h). */
export async function events(): Promise<Candidate[]> {
  const { EVENT_NAMES } = await import('../../esl/index.js');
  const subclasses = ['register', 'unregister', 'expire', 'register_attempt', 'register_failure', 'gateway_state'];
  return ['ALL', ...EVENT_NAMES, ...subclasses.map((name) => `sofia::${name}`)].map((value) => ({ value }));
}

/** Levels of FreeSWITCH's log. */
export async function logLevels(): Promise<Candidate[]> {
  const { LOG_LEVELS } = await import('../../esl/index.js');
  return LOG_LEVELS.map((value) => ({ value }));
}

/** Why a call ends. */
export async function hangupCauses(): Promise<Candidate[]> {
  const { HANGUP_CAUSES } = await import('../../esl/index.js');
  return HANGUP_CAUSES.map((value) => ({ value }));
}

/** What `help` tells of beside the commands. */
export async function helpTopics(): Promise<Candidate[]> {
  const { HELP_PAGES, HELP_TOPICS } = await import('../help/topics.js');
  const topics = Object.entries(HELP_TOPICS).map(([value, { summary }]) => ({ value, about: summary }));
  return [...topics, ...HELP_PAGES.map((value) => ({ value, about: 'a page with examples' }))];
}

/** The first 4 KiB of a file; nothing of what is none. */
async function beginning(path: string): Promise<string> {
  if (!(await isFile(path))) return '';
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** No folder, and no pipe either, which would have to be waited for. */
async function isFile(path: string): Promise<boolean> {
  return (await stat(path)).isFile();
}

/** A path as a shell takes it that expands a leading `~`, and nothing else. */
function fromHome(path: string, env: NodeJS.ProcessEnv): string {
  return path.startsWith('~/') ? join(env.HOME ?? homedir(), path.slice(2)) : path;
}
