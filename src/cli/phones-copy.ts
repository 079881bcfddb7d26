import { open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { markFormula } from '../inventory/formula.js';
import type { PhoneSource } from '../inventory/phone.js';
import { writeProblem } from '../run/journal/errors.js';

/** Where the copy of a run's phones is, beside its journal. */
export function copyPath(journal: string): string {
  return journal.endsWith('.jsonl') ? `${journal.slice(0, -'.jsonl'.length)}.csv` : `${journal}.csv`;
}

/**
 * Writes phones that can't be read again as a CSV file: those of a pipe, and those that were registered. The rows of a
 * pipe keep their line numbers, as what a journal says of them goes by these.
 */
export async function saveCopy(phones: PhoneSource, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw writeProblem(path, error);
  });
  try {
    if (phones.copyTo) await phones.copyTo(file);
    else await writeRows(phones, (text) => file.appendFile(text));
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function writeRows(phones: PhoneSource, write: (text: string) => Promise<void>): Promise<void> {
  let columns: readonly string[] | undefined;
  for await (const entry of phones.entries()) {
    if (entry.kind === 'problem') continue;
    if (!columns) {
      columns = phones.columns().filter((column) => column !== 'aor');
      await write(stringify([columns]));
    }
    const { phone } = entry;
    await write(stringify([columns.map((column) => markFormula(phone.columns[column] ?? ''))]));
  }
}
