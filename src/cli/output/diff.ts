import { DIFFERENCES, type Difference, type DifferenceKind } from '../../run/compare.js';
import { type Device, vendorKey } from '../../run/compare-device.js';
import { plural } from '../plural.js';
import { printable, type Terminal } from '../terminal.js';
import { JsonList } from './json-list.js';
import type { Wait } from './reporter.js';

/** What is compared. */
export interface DiffHead {
  readonly file: string;
  /** `host:port` */
  readonly server: string;
}

export interface DiffTail {
  /** Rows that were compared. */
  readonly phones: number;
  readonly registrations: number;
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  /** Whether there is nothing but devices that a row stands for together. */
  readonly same: boolean;
}

/** Writes differences in one format, as they come. */
export interface DiffWriter {
  difference(difference: Difference): Wait;
  end(tail: DiffTail): Wait;
  /** The differences break off here. */
  fail(error: unknown): Wait;
}

/** `missing          phones.csv:5: 1003@phones.test: not registered on internal` */
function lineOf({ file }: DiffHead, { kind, aor, profile, row, reason }: Difference): string {
  const place = row === null ? `${aor} on ${profile}` : `${file}:${row}: ${aor}`;
  return printable(`${kind.padEnd(WIDTH)}${place}: ${reason}`);
}

const WIDTH = Math.max(...DIFFERENCES.map((kind) => kind.length)) + 2;

function summaryOf({ file, server }: DiffHead, { phones, registrations, counts, same }: DiffTail): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const listed = found.map(([kind, count]) => `${count} ${kind}`);
  const verdict = same ? 'agree' : 'differ';
  const both = `${plural(phones, 'phone')}, ${plural(registrations, 'registration')}`;
  return printable(`${file} and ${server} ${verdict}: ${[both, ...listed].join(', ')}`);
}

/** A line for each difference, and a summary. */
export class TextDiffWriter implements DiffWriter {
  readonly #terminal: Terminal;
  readonly #head: DiffHead;
  #any = false;

  constructor(terminal: Terminal, head: DiffHead) {
    this.#terminal = terminal;
    this.#head = head;
  }

  difference(difference: Difference): Wait {
    this.#any = true;
    return this.#terminal.write(`${lineOf(this.#head, difference)}\n`);
  }

  end(tail: DiffTail): Wait {
    return this.#terminal.write(`${this.#any ? '\n' : ''}${summaryOf(this.#head, tail)}\n`);
  }

  fail(): undefined {}
}

/** A mail with more lines is not read. */
const MAX_LINES = 50;

/** For cron: nothing if both agree; else the first differences and a summary, on stderr. */
export class QuietDiffWriter implements DiffWriter {
  readonly #terminal: Terminal;
  readonly #head: DiffHead;
  #count = 0;

  constructor(terminal: Terminal, head: DiffHead) {
    this.#terminal = terminal;
    this.#head = head;
  }

  difference(difference: Difference): Wait {
    if (difference.kind === 'several-devices') return undefined;
    if (this.#count++ < MAX_LINES) this.#terminal.say(lineOf(this.#head, difference));
    return undefined;
  }

  end(tail: DiffTail): Wait {
    if (this.#count > MAX_LINES) this.#terminal.say(`… and ${this.#count - MAX_LINES} more; --json shows all`);
    if (!tail.same) this.#terminal.say(`phonectl: ${summaryOf(this.#head, tail)}`);
    return undefined;
  }

  fail(): undefined {}
}

/** One document: `{schema, file, server, differences, summary}`. */
export class JsonDiffWriter implements DiffWriter {
  readonly #list: JsonList;

  constructor(terminal: Terminal, head: DiffHead) {
    this.#list = new JsonList(terminal, 'differences', head);
  }

  difference(difference: Difference): Wait {
    return this.#list.add({ ...difference, devices: difference.devices.map(deviceOf) });
  }

  end({ counts, ...rest }: DiffTail): Wait {
    return this.#list.end({ ...rest, summary: counts });
  }

  fail(error: unknown): Wait {
    return this.#list.fail(error);
  }
}

/** A registration as JSON documents have it: under the names that an export has. */
function deviceOf(device: Device): object {
  const { profile, userAgent, callId, contact } = device;
  return { profile, vendor: vendorKey(device) ?? null, user_agent: userAgent || null, call_id: callId, contact };
}
