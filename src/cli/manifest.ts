import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One flag, as oclif.manifest.json has it. */
export interface FlagEntry {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly summary?: string;
  readonly helpValue?: string;
  readonly helpGroup?: string;
  readonly options?: readonly string[];
  readonly default?: string | number | boolean;
  readonly env?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly hidden?: boolean;
  readonly allowNo?: boolean;
  readonly exclusive?: readonly string[];
}

/** One argument. */
export interface ArgEntry {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly multiple?: boolean;
}

/** One command; words of `id` are separated by colons. */
export interface CommandEntry {
  readonly id: string;
  readonly usage?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, ArgEntry>>;
  readonly flags: Readonly<Record<string, FlagEntry>>;
}

/** What there is to type: the commands, and the words that stand for several of them. */
export interface Manifest {
  readonly version: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
  readonly topics: Readonly<Record<string, { readonly description: string }>>;
}

/** Reads what the build has written, without oclif, which takes several times as long to load. @param root of the package */
export async function readManifest(root: string): Promise<Manifest> {
  const [manifest, pjson] = await Promise.all(
    ['oclif.manifest.json', 'package.json'].map(
      async (name): Promise<unknown> => JSON.parse(await readFile(join(root, name), 'utf8')),
    ),
  );
  const { commands, version } = manifest as Manifest;
  return { commands, version, topics: (pjson as { oclif: Pick<Manifest, 'topics'> }).oclif.topics };
}
