import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CANONICAL_COLUMNS } from '../inventory/columns.js';
import { near } from '../inventory/near.js';
import type { Catalog } from '../payload/catalog.js';
import { TemplateError } from '../payload/errors.js';
import type { Severity } from '../payload/lint.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { plural } from './plural.js';
import { printable } from './terminal.js';

/** One thing to say of a file. */
export interface TemplateFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly message: string;
  /** What to try. */
  readonly hint: string | null;
}

export interface CheckedTemplates {
  /** As they were named. */
  readonly templates: readonly string[];
  readonly problems: readonly TemplateFinding[];
}

/** Columns that a run fills in from the registration, beside those that a file may have (`locate`). */
const FILLED_IN = ['registered_aor'];

const BY_REGISTRATION: ReadonlySet<string> = new Set(['vendor', 'model', 'firmware', 'mac', 'user_agent']);

/** What an AOR on the command line has no value for, or only if its registration tells (`locate`). */
function sourceOf(column: string): string | undefined {
  if (BY_REGISTRATION.has(column))
    return 'comes from the inventory, else from the User-Agent of the registration, if that tells it';
  return column === 'name' || column === 'server'
    ? 'comes from the inventory: an AOR on the command line has none'
    : undefined;
}

/**
 * Checks templates by their names or paths, or all of a folder; without any, all that there are.
 * @throws TemplateError if there is no such template or folder; what is wrong with one is a finding
 */
export async function checkTemplates(catalog: Catalog, wanted: readonly string[]): Promise<CheckedTemplates> {
  const { lint } = await import('../payload/lint.js');
  const { Partials } = await import('../payload/partials.js');
  const known = { columns: [...CANONICAL_COLUMNS, ...FILLED_IN], source: sourceOf, near };
  const templates = await namesOf(catalog, wanted);
  const found = await Promise.all(
    templates.map(async (name) => {
      const { path, shipped } = await catalog.find(name);
      let text: string;
      try {
        ({ text } = await catalog.read(name));
      } catch (error) {
        return [unreadable(path, error)];
      }
      const partials = new Partials(path);
      return (
        lint(text, partials, known)
          // What a shipped one wants to have set it says itself.
          .filter(({ severity }) => !(shipped && severity === 'note'))
          .map(({ partial, line, column, severity, problem: message, hint = null }): TemplateFinding => {
            const file = partial === undefined ? path : partials.pathOf(partial);
            return { file, line, column, severity, message, hint };
          })
      );
    }),
  );
  // A partial of several templates is told once.
  return { templates, problems: [...new Map(found.flat().map((one) => [JSON.stringify(one), one])).values()] };
}

async function namesOf(catalog: Catalog, wanted: readonly string[]): Promise<string[]> {
  if (wanted.length === 0) return (await catalog.list()).map(({ name }) => name);
  const own = new Set((await catalog.list()).map(({ name }) => name));
  const names = await Promise.all(wanted.map((name) => (own.has(name) ? [name] : inFolder(name))));
  return [...new Set(names.flat())];
}

/** The templates of a folder, or the word itself where it is none. */
async function inFolder(word: string): Promise<string[]> {
  let files: string[];
  try {
    files = await readdir(word);
  } catch {
    return [word];
  }
  const templates = files.filter((file) => file.endsWith('.hbs')).sort();
  const hint = 'templates end in .hbs';
  if (templates.length === 0) throw new Failure(`there is no template in the folder ${word}`, EXIT.input, { hint });
  return templates.map((file) => (word === '.' ? `./${file}` : join(word, file)));
}

function unreadable(file: string, error: unknown): TemplateFinding {
  if (!(error instanceof TemplateError)) throw error;
  const { problem: message, hint = null } = error;
  return { file, line: 1, column: 1, severity: 'error', message, hint };
}

/** The findings as compilers have them, so that editors find the place; what to try is below. */
export function describeFindings(problems: readonly TemplateFinding[]): string {
  return problems
    .map(({ file, line, column, severity, message, hint }) => {
      const said = `${printable(`${file}:${line}:${column}: ${severity}: ${message}`)}\n`;
      return hint === null ? said : `${said}  try: ${printable(hint)}\n`;
    })
    .join('');
}

/** `2 templates: 1 error, 3 warnings`. Notes are no problems. */
export function summarize({ templates, problems }: CheckedTemplates): string {
  const count = (wanted: Severity): number => problems.filter(({ severity }) => severity === wanted).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const counts = [errors > 0 && plural(errors, 'error'), warnings > 0 && plural(warnings, 'warning')].filter(Boolean);
  return `${plural(templates.length, 'template')}: ${counts.join(', ') || 'no problems'}`;
}
