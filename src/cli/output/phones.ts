import { formatAor } from '../../inventory/aor.js';
import type { Phone, PhoneSource } from '../../inventory/phone.js';
import { vendorOf } from '../../run/dialect-order.js';
import { toFailure } from '../failure.js';
import { plural } from '../plural.js';
import { printable, type Terminal } from '../terminal.js';
import { SCHEMA } from './schema.js';

/** A phone as a list has it. Vendor is the key if the vendor is known, else what the row says. */
interface ListedPhone {
  readonly aor: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly profile: string | null;
  readonly server: string | null;
}

function listed(phone: Phone): ListedPhone {
  const found = vendorOf(phone);
  const model = found.kind === 'vendor' ? found.model : phone.columns.model;
  return {
    aor: formatAor(phone.aor),
    vendor: (found.kind === 'vendor' ? found.vendor.key : phone.vendor) ?? null,
    model: model || null,
    profile: phone.profile ?? null,
    server: phone.server ?? null,
  };
}

/** Writes phones as one JSON document, as they come: an inventory may be larger than memory. */
export async function listPhonesAsJson(phones: PhoneSource, terminal: Terminal): Promise<void> {
  // Not before the first entry: what is wrong with the selection comes to light with it.
  const begin = `{"schema": ${SCHEMA},\n"phones": [\n`;
  let separator = begin;
  let wrong = 0;
  const close = (error = ''): string => `${separator === begin ? begin : '\n'}],\n"wrong": ${wrong}${error}}\n`;
  try {
    for await (const entry of phones.entries()) {
      if (terminal.broken) return;
      if (entry.kind === 'problem') {
        wrong++;
        continue;
      }
      const { phone } = entry;
      const { row = null, columns } = phone;
      await terminal.write(separator + JSON.stringify({ ...listed(phone), row, columns }));
      separator = ',\n';
    }
  } catch (error) {
    if (separator === begin) throw error;
    // What has begun as a document ends as one, with the error in it.
    const { message, exitCode } = toFailure(error);
    await terminal.write(close(`,\n"error": ${JSON.stringify({ message, exitCode })}`));
    terminal.hasDocument = true;
    throw error;
  }
  await terminal.write(close());
}

const COLUMNS = ['aor', 'vendor', 'model', 'profile', 'server'] as const satisfies readonly (keyof ListedPhone)[];

/** Writes phones as columns: read once for their widths, once to be written. */
export async function listPhonesAsTable(phones: PhoneSource, terminal: Terminal): Promise<void> {
  const widths = COLUMNS.map((column) => column.length);
  let count = 0;
  let wrong = 0;
  for await (const entry of phones.entries()) {
    if (entry.kind === 'problem') wrong++;
    else
      cellsOf(entry.phone).forEach((cell, index) => {
        widths[index] = Math.max(widths[index] ?? 0, cell.length);
      });
  }
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  for await (const entry of phones.entries()) {
    if (terminal.broken) return;
    if (entry.kind === 'problem') continue;
    if (count++ === 0) await terminal.write(line(COLUMNS.map((column) => column.toUpperCase())));
    await terminal.write(line(cellsOf(entry.phone)));
  }
  const broken = wrong > 0 ? `, and ${plural(wrong, 'wrong row')}: inventory check says why` : '';
  await terminal.write(`${count > 0 ? '\n' : ''}${plural(count, 'phone')}${broken}\n`);
}

function cellsOf(phone: Phone): string[] {
  const cells = listed(phone);
  return COLUMNS.map((column) => printable(cells[column] ?? '-'));
}
