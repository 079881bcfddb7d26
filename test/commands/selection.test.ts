import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { userOf, withFolder, withSandbox } from '../support/lab.js';

const CSV = `Nebenstelle;Marke;Etage;Raum-Nr.
1000;snom;1;A
1001;yealink;2;
1002;Snom;3;B
1003;linksys;3;C
`;

const PHONES = [
  ...['1000', '1001', '1002', '1003'].map((user) => ({ user })),
  { user: '1000', host: 'a.test' },
  { user: '1001', host: 'b.test' },
  { user: '1002', host: 'c.test' },
];

/** Who is told by `message` for these arguments, in order, and the exit code. */
function told(args: readonly string[], stdin = ''): Promise<{ code: number | null; users: string[]; stderr: string }> {
  return withFolder({ 'telefone.csv': CSV }, (cwd) =>
    withSandbox({ phones: PHONES }, async ({ to, events }) => {
      const { code, stderr } = await runCli(['message', 'Hallo', ...args, ...to], { cwd, stdin });
      return { code, users: events.map(userOf), stderr };
    }),
  );
}

const FILE = ['-i', 'telefone.csv', '--map', 'user=Nebenstelle', '--map', 'vendor=Marke', '--domain', 'phones.test'];

describe.concurrent('the selection of phones', () => {
  it.each([
    [[], ['1000', '1001', '1002', '1003']],
    [
      ['--where', 'Etage=3'],
      ['1002', '1003'],
    ],
    [
      ['--where', 'etage!=3'],
      ['1000', '1001'],
    ],
    [['--where', 'etage=3', '--where', 'vendor=snom'], ['1002']],
    [
      ['--where', 'vendor=s*'],
      ['1000', '1002'],
    ],
    [
      ['--where', 'user~[13]$'],
      ['1001', '1003'],
    ],
    [['--where', 'raum_nr='], ['1001']],
    [
      ['--where', 'Raum-Nr.!='],
      ['1000', '1002', '1003'],
    ],
    [
      ['--limit', '2'],
      ['1000', '1001'],
    ],
    [['--where', 'etage=3', '--limit', '1'], ['1002']],
    [['--delimiter', ';', '--limit', '1'], ['1000']],
    [['--delimiter', 'semicolon', '--limit', '1'], ['1000']],
  ])('%j', async (args, users) => {
    expect(await told([...FILE, ...args])).toEqual({ code: 0, users, stderr: '' });
  });

  it('reads a file from stdin', async () => {
    expect(await told(['-i', '-'], 'aor\nsip:1000@a.test\n1001@b.test\n')).toMatchObject({
      code: 0,
      users: ['1000', '1001'],
    });
  });

  it('reads AORs from the command line, with and without a domain', async () => {
    expect(await told(['1000@a.test', 'sip:1001@b.test', '1002', '--domain', 'c.test'])).toMatchObject({
      code: 0,
      users: ['1000', '1001', '1002'],
    });
    expect(await told(['1000@a.test', '1001@b.test', '--where', 'domain=b.test'])).toMatchObject({ users: ['1001'] });
  });

  it('is an error if it selects nobody, or does not say whom', async () => {
    expect(await told([...FILE, '--where', 'etage=9'])).toMatchObject({
      code: 3,
      users: [],
      stderr: 'phonectl: telefone.csv: no phone is selected\n  try: etage is 1, 2, 3\n',
    });
    expect(await told(['1000@a.test', '--where', 'user=9'])).toMatchObject({ code: 2, users: [] });
  });

  it('names the column that was probably meant', async () => {
    expect(await told([...FILE, '--where', 'etagen=3'])).toMatchObject({
      code: 2,
      users: [],
      stderr: expect.stringContaining('did you mean etage?'),
    });
    expect(await told(['-i', 'telefone.csv', '--domain', 'phones.test'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--map user=HEADER'),
    });
  });

  it('names the file that was probably meant', async () => {
    expect(await told(['-i', 'telefon.csv'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('did you mean telefone.csv?'),
    });
  });
});

describe.concurrent('a selection of nobody', () => {
  it.each([
    [['--where', 'vendor=sno'], 'did you mean vendor=snom?'],
    [['--where', 'vendor=gigaset'], 'vendor is snom, yealink, cisco-spa'],
    [['--where', 'etage=3', '--where', 'user=7*'], 'user is 1000, 1001, 1002, 1003'],
    [['--where', 'mac=00*'], 'no row has a mac'],
    [['--where', 'vendor=linksys', '--where', 'etage=9'], 'etage is 1, 2, 3'],
    // Each has a value that fits, and no row has both.
    [['--where', 'etage=1', '--where', 'vendor=yealink'], 'inventory list shows what a selection selects'],
  ])('by %j says what there is', async (where, hint) => {
    const { code, stderr } = await told([...FILE, ...where]);
    expect([code, stderr]).toEqual([3, `phonectl: telefone.csv: no phone is selected\n  try: ${hint}\n`]);
  });
});
