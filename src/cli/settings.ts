import type { ConfigError } from '../config/errors.js';
import { type Configuration, loadConfig } from '../config/load.js';
import type { Check, ConfigSchema } from '../config/read-config.js';
import { CANONICAL_COLUMNS, type CanonicalColumn } from '../inventory/columns.js';
import { near } from '../inventory/near.js';
import { useVendors } from '../vendor/known.js';
import { usageError } from './failure.js';
import { parseDuration, parseRate, parseSpan } from './flag-values.js';
import { ownVendors } from './own-vendors.js';

const anything: Check = (text) => {
  if (text === '') throw usageError('it is empty', 'a value, or no such line');
};
const concurrency: Check = (text) => {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1000)
    throw usageError(`concurrency ${text}: not from 1 to 1000`);
};

/** What a file may set, with how it is looked at: the flags of these names, and the rate of message lamps. */
export const SETTINGS: Readonly<Record<string, Check>> = {
  'sip-profile': anything,
  domain: anything,
  rate: parseRate,
  'mwi-rate': (text) => parseRate(text),
  concurrency,
  timeout: (text) => parseDuration('timeout', text),
  'retry-for': (text) => parseSpan('retry-for', text),
  'lock-timeout': (text) => parseSpan('lock-timeout', text),
  'template-dir': anything,
  // Whether there is one is asked when the vendors of all files are known.
  'default-vendor': anything,
};

/** What may differ from server to server. These are asked of the server, so that a flag need not know which it is. */
const OF_SERVERS = ['sip-profile', 'rate', 'mwi-rate'];

const SCHEMA: ConfigSchema = {
  settings: new Map(Object.entries(SETTINGS)),
  ofServers: OF_SERVERS,
  paths: ['template-dir'],
  columns: CANONICAL_COLUMNS,
  near,
};

let read: { readonly folder: string; readonly loading: Promise<Configuration> } | undefined;

/**
 * Everything that is set, wrong or not; read once for a folder: a run that is resumed goes back to its own, whose file counts then.
 * @throws ConfigError if a file can't be read at all
 */
export function readSettings(): Promise<Configuration> {
  const folder = currentFolder();
  if (read?.folder !== folder) {
    read = { folder, loading: loadConfig({ env: process.env, folder, schema: SCHEMA }) };
  }
  return read.loading;
}

/** What has been found right, and whose vendors count. */
let inUse: Configuration | undefined;

/** Everything that is set, its vendors taken in. @throws ConfigError for the first thing that is wrong */
export async function settings(): Promise<Configuration> {
  const configuration = await readSettings();
  if (inUse === configuration) return configuration;
  for (const problem of [...configuration.problems, ...takeVendors(configuration)]) throw problem;
  inUse = configuration;
  return configuration;
}

/** Lets the vendors of the settings count; what is wrong with them. */
export function takeVendors({ settings }: Configuration): readonly ConfigError[] {
  const { vendors, bySite, problems } = ownVendors(settings);
  // Also where there are none: those of another folder may be in use.
  useVendors({ vendors, bySite });
  return problems;
}

/** The headers that the settings have for columns. */
export async function columnAliases(): Promise<ReadonlyMap<string, CanonicalColumn>> {
  const { columns } = (await settings()).settings;
  return new Map([...columns].map(([header, { value }]) => [header, value as CanonicalColumn]));
}

/** The flags of a command, as far as the settings have a say in them. */
type Flags = Record<string, unknown>;

/** Gives flags that nobody gave the values of the settings. @param isDefault whether a flag has but its default */
export function fillIn(flags: Flags, { settings }: Configuration, isDefault: (flag: string) => boolean): void {
  for (const [name, { value }] of settings.values) {
    if (OF_SERVERS.includes(name) || !isDefault(name)) continue;
    flags[name] = name === 'concurrency' ? Number(value) : value;
  }
}

/** The folder that one is in may have been deleted. */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

/** Where a setting was read, and what is secret or leads to it. */
const SOURCES: ReadonlySet<string> = new Set(['from', 'passwordFile', 'password']);
const PACES: ReadonlySet<string> = new Set(['rate', 'mwi-rate', 'concurrency', 'timeout', 'retry-for', 'lock-timeout']);

/** All of the settings that decides what is sent and where to, the same text for the same settings. Without paces and passwords. */
export function substanceOf({ settings: { values, servers, chosen, columns, vendors } }: Configuration): string {
  return textOf({ values, servers, chosen, columns, vendors });
}

/** The same, each setting by its name: `domain`, `columns`, `vendors.acme`, `servers.paris`. Only those that are set. */
export function substances({ settings }: Configuration): ReadonlyMap<string, string> {
  const { values, servers, chosen, columns, vendors } = settings;
  const found: [name: string, value: unknown][] = [...values].filter(([name]) => !PACES.has(name));
  if (chosen) found.push(['server', chosen]);
  if (columns.size > 0) found.push(['columns', columns]);
  for (const [name, server] of servers) found.push([`servers.${name}`, server]);
  for (const [name, vendor] of vendors) found.push([`vendors.${name}`, vendor]);
  return new Map(found.map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string {
  const plain = (key: string, value: unknown): unknown => {
    if (SOURCES.has(key)) return undefined;
    if (value instanceof RegExp) return value.source;
    if (value instanceof Map) return [...value].filter(([name]) => !PACES.has(name)).sort();
    return value;
  };
  return JSON.stringify(value, plain);
}
