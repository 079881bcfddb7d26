import type { Phone } from '../../inventory/phone.js';
import { REGISTRATION_COLUMNS } from '../../run/registered.js';
import { printable, type Terminal } from '../terminal.js';
import { inventoryCsv } from './inventory-csv.js';
import { JsonList } from './json-list.js';
import type { Wait } from './reporter.js';

/** Writes registered phones in one format, as they come. */
export interface PhoneWriter {
  phone(phone: Phone): Wait;
  /** @param unreadable registrations that could not be read */
  end(unreadable: number): Wait;
  /** The phones break off here. */
  fail(error: unknown): Wait;
}

/** One call of csv-stringify for so many rows: it takes longer to start than for a row. */
const AT_ONCE = 100;

/**
 * An inventory. Into a file or a pipe goes every character as the phone sent it; on a terminal nothing that could steer it.
 */
export class CsvPhoneWriter implements PhoneWriter {
  readonly #terminal: Terminal;
  #rows: (readonly string[])[] = [];
  #begun = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  phone({ columns }: Phone): Wait {
    const cells = REGISTRATION_COLUMNS.map((column) => columns[column] ?? '');
    this.#rows.push(this.#terminal.stdout.isTTY ? cells.map(printable) : cells);
    return this.#rows.length < AT_ONCE ? undefined : this.#flush();
  }

  end(): Wait {
    return this.#flush();
  }

  fail(): Wait {
    return this.#rows.length > 0 ? this.#flush() : undefined;
  }

  #flush(): Wait {
    const rows = this.#begun ? this.#rows : [REGISTRATION_COLUMNS, ...this.#rows];
    this.#begun = true;
    this.#rows = [];
    return this.#terminal.write(inventoryCsv(rows));
  }
}

/** One document: `{schema, server, phones, unreadable}`. What a registration does not tell is null. */
export class JsonPhoneWriter implements PhoneWriter {
  readonly #list: JsonList;

  constructor(terminal: Terminal, server: string) {
    this.#list = new JsonList(terminal, 'phones', { server });
  }

  phone({ columns }: Phone): Wait {
    const { aor, ...values } = columns;
    return this.#list.add({
      aor,
      ...Object.fromEntries(Object.entries(values).map(([key, text]) => [key, text || null])),
    });
  }

  end(unreadable: number): Wait {
    return this.#list.end({ unreadable });
  }

  fail(error: unknown): Wait {
    return this.#list.fail(error);
  }
}
