import type { Column, Header } from '../columns.js';
import { markFormula } from '../formula.js';
import type { Entry } from '../phone.js';
import { RowReader } from '../row.js';
import type { Account } from './found.js';

/** The columns of an inventory that was imported. */
export const IMPORT_COLUMNS = ['user', 'domain', 'vendor', 'model', 'mac', 'name', 'account'] as const;

type ImportColumn = (typeof IMPORT_COLUMNS)[number];

const HEADER: Header = {
  columns: IMPORT_COLUMNS.map(
    (name, index): Column => ({ name, header: name, index, known: name !== 'account', near: [] }),
  ),
  width: IMPORT_COLUMNS.length,
};

/** Judges accounts as the rows of an inventory will be judged. */
export class AccountChecker {
  readonly #rows: RowReader;

  /** @param defaultDomain the domain of accounts that name none; checked already, empty if there is none */
  constructor(defaultDomain: string) {
    this.#rows = new RowReader(HEADER, defaultDomain);
  }

  /** The phone of an account, or all that is wrong with it. */
  read(account: Account): Entry {
    const cells = IMPORT_COLUMNS.map((column) => markFormula(cellOf(account, column)));
    const entry = this.#rows.read(cells, account.line);
    if (entry === undefined) return { kind: 'problem', row: account.line, problems: [] };
    if (entry.kind === 'phone' || !isDoubtful(account)) return entry;
    return { ...entry, problems: entry.problems.map(({ value: _, ...problem }) => problem) };
  }
}

/** What a line end, or another control character, stands for between two words. */
const CONTROL = /\p{Cc}+/gu;

function cellOf(account: Account, column: ImportColumn): string {
  return column === 'name' ? account.name.replace(CONTROL, ' ').trim() : account[column];
}

/** Whether a value may hold a password, as in `1000:secret@host`. */
function isDoubtful({ doubtful = false, user, domain }: Account): boolean {
  return doubtful || user.includes(':') || domain.includes('@');
}
