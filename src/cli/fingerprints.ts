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
  /** Where each server is, by name: what is named may have moved, and who was told here would not have been told there. */
  readonly servers: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}

/** What a run is made of besides its arguments, so that it is noticed if that is no longer the same when it goes on. */
export async function fingerprints({
  inventory,
  bodyFile,
  catalog,
  settings,
  servers,
}: Ingredients): Promise<Fingerprint[]> {
  const found: Fingerprint[] = [{ what: 'settings', path: null, sha256: sha256Of(settings) }];
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
    if (same === undefined || same.sha256 === sha256) return [];
    return [path === null ? what : `${what} ${path}`];
  });
}
