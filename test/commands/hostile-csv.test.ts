import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { type Lab, withFolder, withSandbox } from '../support/lab.js';

const LONG = 'x'.repeat(100 * 1024);

/** What a cell may hold. In a CSV it stands in quotes, and its quotes are doubled. */
const CELLS: Readonly<Record<string, string>> = {
  'a line feed': 'a\nuser: 9999',
  'an empty line and a command': 'a\n\nsendevent NOTIFY\nprofile: evil\nuser: 9999\n\n',
  'a carriage return': 'a\ruser: 9999',
  'carriage return and line feed': 'a\r\nuser: 9999\r\n\r\n',
  'a carriage return at its end': 'a\r',
  'a NUL': 'a\0b',
  'a quote': 'a"b',
  'an emoji': '📞☎️',
  '100 KB': LONG,
  'a formula': '=cmd|"/c calc"!A0',
  'a template': '{{user}} {{{aor}}} {{#if x}}',
  'an array': 'ARRAY::a|:b',
  'an array slot': 'a[0]: b',
  'a header': 'content-length: 5',
  'a byte that is not UTF-8': '\udcff',
  'a body that is a command': 'api shutdown',
};

/** Columns in the order of the file, with a harmless value each. */
const COLUMNS = {
  user: '1001',
  domain: 'phones.test',
  profile: 'internal',
  vendor: 'cisco-ent',
  model: '7975',
  user_agent: '',
  call_id: 'abc@192.0.2.7',
  contact: 'sip:1001@192.0.2.7:5060',
  device: '1001',
  name: 'Jane',
  new: '2',
} as const;
type Column = keyof typeof COLUMNS;

/** Reads the columns that the shipped templates for its command don't. */
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
    ['user', 'domain', 'profile', 'new'],
  ],
  [
    ['message', 'hello', '-i'],
    ['user', 'domain', 'profile', 'name'],
  ],
  [
    ['feature', 'dnd', 'on', '-i'],
    ['user', 'device'],
  ],
  [
    ['send', './own.hbs', '-i'],
    ['user', 'domain', 'profile', 'name'],
  ],
];

function cell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A CSV of three phones; the second one may have another value in one column. */
function csvOf(column?: Column, value = ''): Buffer {
  const row = (user: string, changes: Partial<Record<Column, string>> = {}): string =>
    Object.entries({ ...COLUMNS, user, ...changes })
      .map(([, text]) => cell(text))
      .join(',');
  const rows = [
    Object.keys(COLUMNS).join(','),
    row('1000'),
    row('1001', column && { [column]: value }),
    row('1002'),
    '',
  ];
  // The one stand-in for a byte that is not UTF-8, which no string can hold.
  const [before = '', after] = rows.join('\n').split('\udcff');
  return after === undefined
    ? Buffer.from(before)
    : Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]);
}

/** Runs a command over a CSV, and gives what came to the server for the second phone and for the others. */
async function send(lab: Lab, cwd: string, args: readonly string[], ...flags: string[]) {
  const begun = lab.commands.length;
  const result = await runCli([...args, ...flags, '--rate', '0', '--json', ...lab.to], { cwd });
  const came = lab.commands.slice(begun).map(String);
  const isOf = (user: string) => (text: string) =>
    text.includes(`user: ${user}\n`) || text.includes(`:${user}@`) || text.includes(` ${user}@`);
  const others = came.filter((text) => isOf('1000')(text) || isOf('1002')(text));
  const rest = came.filter((text) => !others.includes(text) && !/^(?:auth|exit)/.test(text));
  return { ...result, came, others, rest };
}

describe.concurrent('a hostile cell', () => {
  for (const [args, columns] of COMMANDS) {
    it.each(columns)(`in the column %s of ${args.join(' ')} hurts nobody else`, async (column) => {
      const hostile = Object.entries(CELLS);
      const files = Object.fromEntries(hostile.map(([, value], index) => [`${index}.csv`, csvOf(column, value)]));
      await withFolder({ ...files, 'clean.csv': csvOf(), 'own.hbs': OWN }, (cwd) =>
        withSandbox({}, async (lab) => {
          const clean = await send(lab, cwd, [...args, 'clean.csv']);
          expect(clean.code).toBe(0);
          expect([clean.others.length, clean.rest.length]).toEqual([2, 1]);
          for (const [index, [name]] of hostile.entries()) {
            const result = await send(lab, cwd, [...args, `${index}.csv`], '--skip-invalid');
            judge(`${column}: ${name}`, result, clean);
          }
        }),
      );
    });
  }

  it.each([
    ['user', CELLS['an empty line and a command']],
    ['contact', CELLS['a carriage return']],
    ['call_id', CELLS['a NUL']],
    ['profile', CELLS['an array']],
  ] as const)(
    'in the column %s stops everything before a byte is sent, and says where it is',
    async (column, value) => {
      await withFolder({ 'fleet.csv': csvOf(column, value) }, (cwd) =>
        withSandbox({}, async (lab) => {
          const result = await send(lab, cwd, ['resync', '-i', 'fleet.csv']);
          expect({ code: result.code, came: result.came }).toEqual({ code: 3, came: [] });
          expect(lab.sandbox.connections).toBe(0);
          const lines = linesOf(result.stderr);
          expect(lines[0]).toBe('phonectl: fleet.csv: 1 row is wrong; nothing was sent');
          expect(lines[1]).toMatch(/^ {2}fleet\.csv:3: /);
          expect(lines[1]).toContain(column);
          expect(jsonOf(result).error).toMatchObject({ exitCode: 3 });
        }),
      );
    },
  );
});

type Result = Awaited<ReturnType<typeof send>>;

function judge(where: string, { code, stdout, stderr, others, rest, signal }: Result, clean: Result): void {
  expect({ where, signal, others }).toEqual({ where, signal: null, others: clean.others });
  expect([0, 5], where).toContain(code);
  const { phones } = jsonOf<{ phones: { row: number; outcome: string; reason: string | null }[] }>({ stdout });
  expect(stdout + stderr, where).not.toMatch(/\n\s+at /);
  const own = phones.filter(({ row }) => row === 3);
  expect(own, where).toHaveLength(1);
  expect(phones, where).toHaveLength(3);
  const [phone] = own;
  if (phone?.outcome === 'accepted') {
    // It got an order of its own, with the headers that a clean one has.
    expect({ where, code, count: rest.length }).toEqual({ where, code: 0, count: 1 });
    expect(headerNames(rest[0]), where).toEqual(headerNames(clean.rest[0]));
  } else {
    expect({ where, outcome: phone?.outcome, rest }).toEqual({
      where,
      outcome: expect.stringMatching(/^(?:invalid|skipped)$/),
      rest: [],
    });
    expect(phone?.reason?.length, where).toBeGreaterThan(5);
    expect(code, where).toBe(5);
  }
}

function headerNames(event = ''): string[] {
  return (
    event
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':'))) ?? []
  );
}
