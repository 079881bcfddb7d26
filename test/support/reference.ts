import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_MEANINGS, OUTCOME_MEANINGS } from '../../src/cli/help/meanings.js';
import { COLUMN_ALIASES } from '../../src/inventory/columns.js';
import { Catalog } from '../../src/payload/catalog.js';
import { exampleOf, HELPERS } from '../../src/payload/helpers.js';
import { VENDORS } from '../../src/vendor/table.js';
import type { NoOrder, VendorOrder } from '../../src/vendor/vendor.js';
import { NEEDS_FULL, SOCKET_COMMANDS, type SocketCommand } from './socket-commands.js';

/** The root of the package. */
export const ROOT = new URL('../..', import.meta.url).pathname;

interface Flag {
  readonly char?: string;
  readonly summary?: string;
  readonly helpValue?: string;
  readonly type: 'boolean' | 'option';
  readonly allowNo?: boolean;
  readonly hidden?: boolean;
}

interface Manifest {
  readonly commands: Readonly<
    Record<string, { id: string; usage?: string; summary: string; flags: Record<string, Flag> }>
  >;
}

/** The parts of the README that follow from the code, by the name of their marker. */
export async function generatedParts(): Promise<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as Manifest;
  return {
    outcomes: table(
      ['outcome', 'meaning'],
      Object.entries(OUTCOME_MEANINGS).map(([word, meaning]) => [code(word), meaning]),
    ),
    codes: table(['exit code', 'meaning'], EXIT_MEANINGS),
    columns: table(
      ['column', 'also called'],
      Object.entries(COLUMN_ALIASES).map(([column, aliases]) => [
        code(column),
        aliases
          .filter((alias) => alias !== column)
          .map(code)
          .join(' '),
      ]),
    ),
    helpers: table(
      ['helper', 'what it makes', 'for example'],
      Object.values(HELPERS).map((helper) => [code(helper.usage), helper.about, code(exampleOf(helper))]),
    ),
    templates: await templates(),
    vendors: table(
      ['vendor', 'phones', 'resync', 'reboot'],
      VENDORS.map(({ key, label, resync, reboot }) => [code(key), label, order(resync), order(reboot)]),
    ),
    commands: table(
      ['command', 'what it does'],
      Object.values(manifest.commands)
        .sort((a, b) => a.id.localeCompare(b.id))
        .map(({ id, usage, summary }) => [code(usage ?? id.replaceAll(':', ' ')), summary]),
    ),
    flags: flags(manifest),
    socket: table(
      ['command', '`phonectl/esl`', '`phonectl`', 'needs `full`'],
      SOCKET_COMMANDS.map(({ command, library, ...others }: SocketCommand) => [
        code(command),
        library.includes('(') ? code(library) : library,
        others.shell?.startsWith('esl ') || others.shell?.startsWith('--') ? code(others.shell) : (others.shell ?? '-'),
        NEEDS_FULL.test(command) ? 'yes' : '',
      ]),
    ),
  };
}

/** The README with its generated parts as they should be. */
export function withParts(readme: string, parts: Readonly<Record<string, string>>): string {
  return readme.replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, (old, name: string) => {
    const part = parts[name];
    return part === undefined ? old : `<!-- ${name} -->\n${part}<!-- /${name} -->`;
  });
}

async function templates(): Promise<string> {
  const catalog = new Catalog(join(ROOT, 'templates'));
  const rows = (await catalog.list()).map(async ({ name }) => {
    const { source } = await catalog.load(name);
    return [code(name), source.event, source.description];
  });
  return table(['template', 'event', 'what it does'], await Promise.all(rows));
}

function flags({ commands }: Manifest): string {
  const rows = Object.entries(commands['mwi:off']?.flags ?? {})
    .filter(([name, { hidden }]) => !hidden && !['old', 'urgent-old'].includes(name))
    .map(([name, { char, summary = '', helpValue, type, allowNo }]) => {
      const value = type === 'option' ? ` ${helpValue ?? 'VALUE'}` : '';
      const shown = code(`${char ? `-${char}, ` : ''}--${allowNo ? '[no-]' : ''}${name}${value}`);
      return [shown, summary];
    });
  return table(['flag', 'what it says'], rows);
}

function order(order: VendorOrder | NoOrder): string {
  return 'none' in order ? '-' : `${code(order.template)}, ${order.certainty}`;
}

/** As code, in Markdown. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(header) + line(header.map(() => '---')) + rows.map(line).join('');
}
