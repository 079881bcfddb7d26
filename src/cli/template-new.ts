import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../payload/catalog.js';
import { reason } from '../payload/reason.js';
import { sampleFor, samplesOf, starterFor } from '../payload/starter.js';
import { EXIT } from './exit-codes.js';
import { Failure, usageError } from './failure.js';
import { shellLine } from './output/shell.js';

export interface NewTemplate {
  /** What it is to be called; `.hbs` may be left out. */
  readonly name: string;
  /** The folder of the user's templates; undefined for the current one. */
  readonly folder: string | undefined;
  /** The template that it is to be a copy of. */
  readonly from: string | undefined;
  /** The event that it is to send, where it is no copy. */
  readonly event: string;
}

/**
 * Writes a template to start from, and says where it is and what to type next.
 * @throws Failure, TemplateError if there is one already, or nothing to copy; nothing is written then
 */
export async function newTemplate(
  catalog: Catalog,
  { name, folder, from, event }: NewTemplate,
): Promise<{ path: string; nextSteps: string[] }> {
  const bare = name.replace(/\.hbs$/, '');
  if (!/^[A-Za-z0-9][\w.-]*$/.test(bare)) {
    throw usageError(`"${name}" is no name of a template`, 'letters, digits, - and _; --template-dir says the folder');
  }
  const text = from === undefined ? starterFor(event) : (await catalog.read(from)).text;
  const samples = from === undefined ? [sampleFor(event) ?? []].flat() : await samplesFrom(catalog, from);
  const path = folder === undefined ? `./${bare}.hbs` : join(folder, `${bare}.hbs`);
  try {
    // Not over another one, nor through a link to somewhere else.
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Failure(`${path} is there already`, EXIT.input, { hint: 'another name' });
    const hint = code === 'ENOENT' && folder !== undefined ? shellLine(['mkdir', '-p', folder]) : undefined;
    throw new Failure(`${path} can't be written: ${reason(error)}`, EXIT.input, { hint });
  }
  const template = path.includes('/') ? path : `./${path}`;
  return {
    path,
    nextSteps: [
      shellLine(['phonectl', 'template', 'check', template]),
      shellLine([
        'phonectl',
        'send',
        template,
        '1000@example.com',
        ...samples.flatMap((sample) => ['--set', sample]),
        '--dry-run',
      ]),
    ],
  };
}

/** What has to be set to try a copy of a template. One that is wrong is copied all the same: to be mended. */
async function samplesFrom(catalog: Catalog, name: string): Promise<string[]> {
  try {
    return samplesOf(await catalog.load(name));
  } catch {
    return [];
  }
}
