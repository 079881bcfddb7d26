import { createHash } from 'node:crypto';
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { type Catalog, isTemplatePath, TEMPLATE_SUFFIX } from './catalog.js';
import { PackError, TemplateError } from './errors.js';
import { Partials } from './partials.js';
import { reason } from './reason.js';
import { checkPack, isTemplateName, PACK_SCHEMA, type PackedTemplate, type TemplatePack } from './template-pack.js';

export type { TemplatePack };

/** Of the readable part of a name. */
const MAX_STEM = 40;
/** Hexadecimal digits that tell paths apart. */
const HASH_DIGITS = 16;

/**
 * The name that a template has once it is unpacked: its own, or for one that is given by its path another that is made of it:
 * `./fire.hbs` is `fire-` and a hash of that path. Of a name that was made so it is that name.
 */
export function packedName(name: string): string {
  if (!isTemplatePath(name)) return name;
  const stem = basename(name, TEMPLATE_SUFFIX)
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_STEM);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS);
  return `${stem || 'template'}-${hash}`;
}

/**
 * The templates of a user's own folders, those that count for their names, and what of `used` is a path. Each has its text and
 * the partials that it uses. What is wrong with one that is not used travels with it, and is told where it is used.
 * @param used names and paths of templates; what is a shipped one needs no packing
 * @throws TemplateError if one can't be read, or is used and can't be compiled; PackError if they are too many or too long
 */
export async function packTemplates(catalog: Catalog, used: readonly string[]): Promise<TemplatePack> {
  const own = (await catalog.list()).filter(({ shipped }) => !shipped).map(({ name }) => name);
  const names = new Set([
    ...own.filter((name) => isTemplateName(name) || used.includes(name)),
    ...used.filter(isTemplatePath),
  ]);
  const templates: PackedTemplate[] = [];
  for (const name of names) {
    const { text, path } = await catalog.read(name);
    const partials = used.includes(name) ? (await catalog.load(name)).partials : await partialsOf(name, text, path);
    templates.push({ name: packedName(name), text, partials: Object.fromEntries(partials) });
  }
  return checkPack({ schema: PACK_SCHEMA, templates });
}

/** The partials of a template that nobody has asked for, and that therefore may be wrong: those before its first mistake. */
async function partialsOf(name: string, text: string, path: string): Promise<ReadonlyMap<string, string>> {
  const partials = new Partials(path);
  // Whoever calls one writes this, and Handlebars takes time to load.
  if (!text.includes('>')) return partials.used;
  const { compileTemplate } = await import('./compile.js');
  try {
    compileTemplate(name, text, partials);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  return partials.used;
}

/**
 * Writes the templates of a pack into a folder, each into one of its own, since two may use different partials of the same
 * name. A folder that is not there is made. Nothing outside is written to, nothing that is there is overwritten, and of
 * a pack that can't be written whole nothing is left.
 * @returns the folders as in PATH, for `new Catalog(…, here)`
 * @throws PackError if it is no pack, or can't be written
 */
export async function unpackTemplates(pack: unknown, folder: string): Promise<string> {
  const { templates } = checkPack(pack);
  const own = templates.map((template, index) => ({ template, path: join(folder, String(index + 1)) }));
  if (folder.includes(delimiter)) {
    throw new PackError(`templates can't be unpacked into ${folder}`, `a folder without ${delimiter} in its path`);
  }
  const made: string[] = [];
  try {
    await ensureFolder(folder);
    for (const { template, path } of own) {
      // Fails where anything is, a symbolic link too.
      await mkdir(path, { mode: 0o700 });
      made.push(path);
      await write(template, path);
    }
  } catch (error) {
    for (const path of made) await rm(path, { recursive: true, force: true });
    if (error instanceof PackError) throw error;
    throw new PackError(`templates can't be unpacked into ${folder}: ${reason(error)}`, 'an empty folder of your own');
  }
  return own.map(({ path }) => path).join(delimiter);
}

async function ensureFolder(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) await mkdir(folder, { mode: 0o700 });
  else if (!found.isDirectory())
    throw new PackError(`${folder} is no folder of its own`, 'an empty folder of your own');
}

async function write({ name, text, partials }: PackedTemplate, folder: string): Promise<void> {
  const path = join(folder, name + TEMPLATE_SUFFIX);
  await writeNew(path, text);
  const beside = new Partials(path);
  const entries = Object.entries(partials);
  if (entries.length > 0) await mkdir(dirname(beside.pathOf('x')), { mode: 0o700 });
  // Whoever reads it takes one line end off.
  for (const [partial, content] of entries) {
    await writeNew(beside.pathOf(partial), content.endsWith('\n') ? `${content}\n` : content);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  // Whoever reads it takes one byte order mark off.
  const content = text.startsWith('\ufeff') ? `\ufeff${text}` : text;
  await writeFile(path, content, { flag: 'wx', mode: 0o600 });
}
