import { describe, expect, it } from 'vitest';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { type Lab, withFolder, withSandbox } from '../support/lab.js';

/** The one stand-in for a byte that is not UTF-8, which no string can hold. */
const NOT_UTF_8 = '\udcff';

/** What a cell may hold. In the CSV it stands in quotes, and its own quotes are doubled. */
const CELLS: Readonly<Record<string, string>> = {
  'a line feed': 'a\nuser: 9999',
  'an empty line and a command': 'a\n\nsendevent NOTIFY\nprofile: evil\nuser: 9999\n\n',
  'a carriage return': 'a\ruser: 9999',
  'carriage return and line feed': 'a\r\nuser: 9999\r\n\r\n',
  'a carriage return at its end': 'a\r',
  'a NUL': 'a\0b',
  'a quote': 'a"b',
  'an emoji': '📞☎️',
  '100 KB': 'x'.repeat(100 * 1024),
  'a formula': '=cmd|"/c calc"!A0',
  'a template': '{{user}} {{{aor}}} {{#if x}}',
  'an array': 'ARRAY::a|:b',
  'an array slot': 'a[0]: b',
  'a header': 'content-length: 5',
  'a command': 'api shutdown',
  'a byte that is not UTF-8': NOT_UTF_8,
};

/** Cells as they stand in the file, without the quotes that would make them harmless. */
const BARE_CELLS: Readonly<Record<string, string>> = {
  'a quote that opens and is not closed': '"a',
  'text behind a closing quote': '"a"b',
  'a bare quote': 'a"b',
  'a bare carriage return': 'a\rb',
  'a bare NUL': 'a\0b',
  'one value too many': 'a,b',
};

/** The columns of the file, with a harmless value each. */
const COLUMNS = {
  user: '',
  domain: 'phones.test',
  profile: 'internal',
  vendor: 'cisco-ent',
  model: '7975',
  user_agent: '',
  call_id: 'abc@192.0.2.7',
  contact: 'sip:x@192.0.2.7:5060',
  device: 'd',
  name: 'Jane',
  new: '2',
} as const;
type Column = keyof typeof COLUMNS;

const OWN = `sendevent NOTIFY
profile: {{profile}}
event-string: xml
user: {{user}}
host: {{host}}
content-type: application/xml
x-name: {{name}}

<n>{{xml name}}</n>
`;

/** The columns that each command's events are made of. */
const COMMANDS: readonly (readonly [args: readonly string[], columns: readonly Column[]])[] = [
  [
    ['resync', '-i'],
    ['user', 'domain', 'profile', 'vendor', 'model', 'user_agent', 'call_id', 'contact'],
  ],
  [
    ['mwi', 'on', '-i'],
    ['user', 'profile', 'new'],
  ],
  [
    ['message', 'hello', '-i'],
    ['domain', 'name'],
  ],
  [
    ['feature', 'dnd', 'on', '-i'],
    ['user', 'device'],
  ],
  [
    ['send', './own.hbs', '-i'],
    ['user', 'profile', 'name'],
  ],
];
const CASES = COMMANDS.flatMap(([args, columns]) =>
  columns.flatMap((column) =>
    [[], ['--no-check']].map((flags) => ({
      column,
      args: [...args.slice(0, -1), ...flags, '-i'],
      line: [...args, ...flags].join(' '),
    })),
  ),
);

const HEADER = `${Object.keys(COLUMNS).join(',')}\n`;

function rowOf(user: number, changes: Partial<Record<Column, string>> = {}): string {
  return `${Object.values({ ...COLUMNS, user: String(user), ...changes }).join(',')}\n`;
}

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** A CSV with a hostile row between any two good ones; what is in the hostile rows by the line on which they begin. */
function hostileCsv(column: Column): { readonly bytes: Buffer; readonly names: ReadonlyMap<number, string> } {
  const inQuotes = Object.entries(CELLS).map(([name, value]) => [name, quoted(value)] as const);
  const names = new Map<number, string>();
  let text = HEADER;
  for (const [index, [name, cell]] of [...inQuotes, ...Object.entries(BARE_CELLS)].entries()) {
    text += rowOf(1000 + index);
    names.set(text.split('\n').length, name);
    text += rowOf(2000 + index, { [column]: cell });
  }
  const [before = '', after = ''] = `${text}${rowOf(1000 + names.size)}`.split(NOT_UTF_8);
  return { bytes: Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]), names };
}

/** Every phone of either file, and all of them registered. */
const PHONES: PhoneOptions[] = [1000, 2000].flatMap((first) =>
  Array.from({ length: 30 }, (_, index) => ({ user: String(first + index) })),
);

/** The good rows alone. */
function cleanCsv(): string {
  const count = Object.keys({ ...CELLS, ...BARE_CELLS }).length + 1;
  return HEADER + Array.from({ length: count }, (_, index) => rowOf(1000 + index)).join('');
}

interface Phone {
  readonly row: number;
  readonly outcome: string;
  readonly reason: string | null;
}

/** Runs a command over a CSV, and gives the events that came, and the outcomes by their rows. */
async function send(lab: Lab, cwd: string, args: readonly string[]) {
  const before = lab.events.length;
  const result = await runCli([...args, '--rate', '0', '--json', '--yes', ...lab.to], { cwd });
  const { phones } = jsonOf<{ phones: Phone[] }>(result);
  const outcomes = new Map(phones.map((phone) => [phone.row, phone]));
  expect(outcomes.size).toBe(phones.length);
  return { ...result, events: lab.events.slice(before), outcomes };
}

function headerNames(event = ''): string[] {
  const [head = ''] = event.split('\n\n');
  return head.split('\n').map((line) => line.split(':', 1)[0] ?? '');
}

describe.concurrent('hostile cells', () => {
  it.each(CASES)('in the column $column of "$line" hurt nobody else', async ({ column, args }) => {
    const { bytes, names } = hostileCsv(column);
    await withFolder({ 'hostile.csv': bytes, 'clean.csv': cleanCsv(), 'own.hbs': OWN }, (cwd) =>
      withSandbox({ phones: PHONES }, async (lab) => {
        const clean = await send(lab, cwd, [...args, 'clean.csv']);
        expect(clean.code).toBe(0);
        const hostile = await send(lab, cwd, [...args, 'hostile.csv', '--skip-invalid']);
        expect(hostile.signal).toBeNull();
        expect(hostile.stdout + hostile.stderr).not.toMatch(/\n\s+at /);
        // The good rows get what they get without the others, byte for byte and in order.
        expect(hostile.events.filter((event) => clean.events.includes(event))).toEqual(clean.events);
        const rest = hostile.events.filter((event) => !clean.events.includes(event));
        let accepted = 0;
        for (const [row, name] of names) {
          const { outcome = 'none', reason = null } = hostile.outcomes.get(row) ?? {};
          if (outcome === 'accepted') accepted++;
          else expect({ name, outcome, reason }).toEqual({ name, outcome, reason: expect.stringMatching(/.{5}/) });
          expect({ name, outcome }).toEqual({ name, outcome: expect.stringMatching(/^(?:accepted|invalid|skipped)$/) });
        }
        expect(hostile.outcomes.size).toBe(clean.outcomes.size + names.size);
        expect(hostile.code).toBe(accepted === names.size ? 0 : 5);
        // Who gets an order gets one, with no header more or less than a good row has.
        expect(rest).toHaveLength(accepted);
        for (const event of rest) expect(headerNames(event)).toEqual(headerNames(clean.events[0]));
      }),
    );
  });

  it.each([
    ['user', 'an empty line and a command'],
    ['contact', 'a carriage return'],
    ['call_id', 'a NUL'],
    ['profile', 'an array'],
  ] as const)('in the column %s stop everything before an order is sent: %s', async (column, name) => {
    const csv = HEADER + rowOf(1000) + rowOf(1001, { [column]: quoted(CELLS[name] ?? '') });
    await withFolder({ 'fleet.csv': csv }, (cwd) =>
      withSandbox({}, async (lab) => {
        const args = ['resync', '-i', 'fleet.csv', '--json', ...lab.to];
        const unchecked = await runCli([...args, '--no-check'], { cwd });
        expect(lab.commands).toEqual([]);
        // Nobody is registered, and a wrong row is no less wrong for that.
        const checked = await runCli(args, { cwd });
        expect(lab.events).toEqual([]);
        for (const result of [unchecked, checked]) {
          expect(result.code).toBe(3);
          const lines = linesOf(result.stderr);
          expect(lines[0]).toBe('phonectl: fleet.csv: 1 row is wrong; nothing was sent');
          expect(lines[1]).toMatch(/^ {2}fleet\.csv:3: /);
          expect(lines[1]).toContain(column);
          expect(jsonOf(result).error).toMatchObject({ exitCode: 3 });
        }
      }),
    );
  });
});
