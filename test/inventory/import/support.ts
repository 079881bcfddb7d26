import type { Account, Found } from '../../../src/inventory/import/found.js';
import { readTable, type Table } from '../../../src/inventory/import/table.js';
import { describeProblem } from '../../../src/inventory/row-problem.js';
import { withFile } from '../support.js';

/** A CSV as an import reads it, under the name `file`. */
export function tableOf(text: string | Uint8Array): Promise<Table> {
  return withFile(text, async (path) => ({ ...(await readTable(path)), file: 'file' }));
}

/** Everything that was found, a line each. */
export function told(found: readonly Found[]): string[] {
  return found.map((one) => {
    if (one.kind === 'wrong') return `wrong: ${describeProblem(one.file, one.problem)}`;
    if (one.kind === 'left-out') return `left out: ${one.file}:${one.line ?? ''}: ${one.reason}`;
    return lineOf(one);
  });
}

function lineOf({ line, user, domain, vendor, model, mac, name, account }: Account): string {
  return [`${line}`, user, domain, vendor, model, mac, name, account].join(' | ');
}
