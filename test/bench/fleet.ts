import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The domain of all phones of the bench. */
export const DOMAIN = 'bench.example.com';
/** Their SIP profile. */
export const PROFILE = 'internal';
/** What a Snom is told to read its settings again. */
export const EVENT_STRING = 'check-sync;reboot=false';
export const CONTENT_TYPE = 'application/simple-message-summary';

const LINES_A_PIECE = 1000;

/** The user of the phone of this number, from 0: all have seven digits, so that all orders are of one length. */
export function userOf(index: number): string {
  return String(1_000_000 + index);
}

/** The order to one phone, byte for byte as phonectl writes it; the orders part compares the two. */
export function orderOf(user: string): string {
  return (
    `sendevent NOTIFY\nprofile: ${PROFILE}\nevent-string: ${EVENT_STRING}\nuser: ${user}\nhost: ${DOMAIN}\n` +
    `content-type: ${CONTENT_TYPE}\n\n`
  );
}

/** The same phones as an inventory, and as the bytes of their orders. */
export interface Fleet {
  readonly phones: number;
  readonly csv: string;
  readonly orders: string;
}

/** Writes fleets into a folder, each once. */
export class Fleets {
  readonly #folder: string;
  readonly #made = new Map<number, Promise<Fleet>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(phones: number): Promise<Fleet> {
    let fleet = this.#made.get(phones);
    if (!fleet) {
      fleet = this.#make(phones);
      this.#made.set(phones, fleet);
    }
    return fleet;
  }

  async #make(phones: number): Promise<Fleet> {
    const csv = join(this.#folder, `fleet-${phones}.csv`);
    const orders = join(this.#folder, `fleet-${phones}.orders`);
    const head = 'user,domain,vendor,mac,floor\n';
    const row = (index: number) =>
      `${userOf(index)},${DOMAIN},snom,${(0x000413000000 + index).toString(16).padStart(12, '0')},${index % 20}\n`;
    await writeLines(csv, head, phones, row);
    await writeLines(orders, '', phones, (index) => orderOf(userOf(index)));
    return { phones, csv, orders };
  }
}

function writeLines(path: string, head: string, count: number, line: (index: number) => string): Promise<void> {
  const pieces = function* () {
    yield head;
    for (let from = 0; from < count; from += LINES_A_PIECE) {
      const length = Math.min(LINES_A_PIECE, count - from);
      yield Array.from({ length }, (_, at) => line(from + at)).join('');
    }
  };
  return pipeline(Readable.from(pieces()), createWriteStream(path));
}
