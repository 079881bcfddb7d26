import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Catalog } from '../payload/catalog.js';
import type { Fingerprint } from '../run/journal/record.js';

export interface Ingredients {
  /** The path of a CSV file that can be read again. */
  readonly inventory: string | undefined;
  readonly bodyFile: string | undefined;
  readonly catalog: Catalog;
  /** What of the settings decides about orders. */
  readonly settings: string;
  /** The same, by the names of settings. */
  readonly bySetting: ReadonlyMap<string, string>;
  /** Where each server is, by name: what is named may have moved, and who was told here would not have been told there. */
  readonly servers: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}

const ALL_SETTINGS = 'settings';
const ONE_SETTING = 'settings: ';

/** What a run is made of besides its arguments, so that it is noticed if that is no longer the same when it goes on. */
export async function fingerprints({
  inventory,
  bodyFile,
  catalog,
  settings,
  bySetting,
  servers,
}: Ingredients): Promise<Fingerprint[]> {
  const found: Fingerprint[] = [{ what: ALL_SETTINGS, path: null, sha256: sha256Of(settings) }];
  for (const [name, text] of bySetting) found.push({ what: ONE_SETTING + name, path: null, sha256: sha256Of(text) });
  for (const { name, host, port } of servers) {
    found.push({ what: `the address of ${name}`, path: null, sha256: sha256Of(JSON.stringify([host, port])) });
  }
  if (inventory !== undefined) found.push(await ofFile('inventory', inventory));
  if (bodyFile !== undefined) found.push(await ofFile('text', bodyFile));
  for (const [name, { source, partials }] of await catalog.inUse()) {
    found.push({ what: `template ${name}`, path: null, sha256: sha256Of(JSON.stringify(source)) });
    for (const [partial, text] of partials) {
      found.push({ what: `partial ${partial} of template ${name}`, path: null, sha256: sha256Of(text) });
    }
  }
  return found;
}

/** SHA-256, hexadecimal. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function ofFile(what: string, path: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { what, path, sha256: hash.digest('hex') };
}

/** What has changed, for people; empty if nothing has. A template that is needed now only is no change. */
export function changesSince(before: readonly Fingerprint[], now: readonly Fingerprint[]): string[] {
  return before.flatMap(({ what, path, sha256 }) => {
    const same = now.find((one) => one.what === what);
    if (what.startsWith(ONE_SETTING) || same === undefined || same.sha256 === sha256) return [];
    if (what === ALL_SETTINGS) return changedSettings(before, now);
    return [path === null ? what : `${what} ${path}`];
  });
}

/** Which settings differ, those too that are set on one side only. */
function changedSettings(before: readonly Fingerprint[], now: readonly Fingerprint[]): string[] {
  const single = [...before, ...now].filter(({ what }) => what.startsWith(ONE_SETTING)).map(({ what }) => what);
  const hashOf = (all: readonly Fingerprint[], name: string) => all.find(({ what }) => what === name)?.sha256;
  const differing = [...new Set(single)].filter((name) => hashOf(before, name) !== hashOf(now, name));
  return differing.length > 0 ? differing : [ALL_SETTINGS];
}
