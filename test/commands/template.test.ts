import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';

const OWN = {
  'fire.hbs': `sendevent NOTIFY
{{!-- Fire drill --}}
profile: {{profile}}
event-string: xml
user: {{user}}
host: {{host}}
content-type: application/snomxml

<x>{{xml when}} {{default floor "?"}}</x>
`,
  'resync.hbs':
    'sendevent NOTIFY\nprofile: {{profile}}\nevent-string: mine\nuser: {{user}}\nhost: {{host}}\ncontent-type: a/b\n',
  'notes.txt': 'not a template',
};
const HEAD = 'sendevent NOTIFY\nprofile: internal\nevent-string: xml\nuser: 1000\nhost: phones.test\n';
const BODY = '<x>noon &amp; &lt;later&gt; ?</x>';
const WIRE = `${HEAD}content-type: application/snomxml\ncontent-length: ${BODY.length}\n\n${BODY}`;
const SET = ['--set', 'when=noon & <later>'];

describe.concurrent('templates of one’s own', () => {
  it('are found in a folder and by their path, and one of a shipped name stands for it', async () => {
    await withFolder(OWN, (cwd) =>
      withSandbox({ phones: [{ user: '1000' }] }, async ({ to, events }) => {
        const to1000 = ['1000@phones.test', ...to];
        const results = [
          await runCli(['send', 'fire', ...SET, '--template-dir', '.', ...to1000], { cwd }),
          await runCli(['send', './fire.hbs', ...SET, ...to1000], { cwd }),
          await runCli(['send', 'resync', ...to1000], { cwd, env: { PHONECTL_TEMPLATE_DIR: '.' } }),
        ];
        expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
          [0, ''],
          [0, ''],
          [0, ''],
        ]);
        expect(events.slice(0, 2)).toEqual([WIRE, WIRE]);
        expect(events[2]).toContain('event-string: mine\n');
      }),
    );
  });

  it('take a value of a flag before one of a row', async () => {
    const csv = 'user,domain,when,floor\n1000,phones.test,dawn,3\n';
    await withFolder({ ...OWN, 'phones.csv': csv }, async (cwd) => {
      const args = ['template', 'render', './fire.hbs', '-i', 'phones.csv'];
      const [row, flag] = await Promise.all([runCli(args, { cwd }), runCli([...args, ...SET], { cwd })]);
      expect(row.stdout).toMatch(/<x>dawn 3<\/x>$/);
      expect(flag.stdout).toMatch(/<x>noon &amp; &lt;later&gt; 3<\/x>$/);
    });
  });

  it('say which value is missing, in which line', async () => {
    await withFolder({ ...OWN, 'phones.csv': 'user,domain\n1000,phones.test\n' }, (cwd) =>
      withSandbox({ phones: [{ user: '1000' }] }, async ({ to, events }) => {
        const { code, stderr } = await runCli(['send', './fire.hbs', '-i', 'phones.csv', ...to], { cwd });
        expect(code).toBe(3);
        expect(linesOf(stderr)[1]).toBe(
          '  phones.csv:2: 1000@phones.test: template ./fire.hbs, line 9: there is no column or value "when"',
        );
        expect(events).toEqual([]);
      }),
    );
  });
});

describe.concurrent('template render', () => {
  it('prints just the bytes, and needs no server', async () => {
    await withFolder(OWN, async (cwd) => {
      const args = ['template', 'render', 'fire', '--template-dir', '.', ...SET, '1000@phones.test'];
      const [bytes, json] = await Promise.all([runCli(args, { cwd }), runCli([...args, '--json'], { cwd })]);
      expect(bytes).toMatchObject({ code: 0, stdout: WIRE, stderr: 'dry run, nothing was sent: 1 planned\n' });
      expect(jsonOf(json)).toMatchObject({
        run: { command: 'template render', dryRun: true },
        phones: [{ outcome: 'planned', command: WIRE }],
      });
    });
  });
});

describe.concurrent('template list', () => {
  it('shows those of several folders, from the settings or as typed', async () => {
    const notify = (about: string) => `sendevent NOTIFY\n{{!-- ${about} --}}\nprofile: {{profile}}\n`;
    const env = { PHONECTL_CONFIG: 'settings.yaml' };
    await withFolder({ 'settings.yaml': 'template-dir: [ours, theirs]\n' }, async (cwd) => {
      for (const [name, about] of [
        ['ours/one', 'Ours'],
        ['theirs/one', 'Theirs'],
        ['theirs/two', 'Also theirs'],
      ] as const) {
        mkdirSync(join(cwd, dirname(name)), { recursive: true });
        writeFileSync(join(cwd, `${name}.hbs`), notify(about));
      }
      const own = async (...args: string[]) =>
        linesOf((await runCli(['template', 'list', ...args], { cwd, env })).stdout).filter((line) =>
          line.endsWith('(own)'),
        );
      const first = [expect.stringMatching(/^one .* Ours \(own\)$/), expect.stringMatching(/^two .* Also theirs/)];
      expect(await own()).toEqual(first);
      expect(await own('--template-dir', 'ours:theirs')).toEqual(first);
      expect(await own('--template-dir', 'theirs:ours')).toEqual([expect.stringMatching(/ Theirs /), first[1]]);
    });
  });

  it('shows shipped templates and one’s own', async () => {
    await withFolder(OWN, async (cwd) => {
      const [table, json] = await Promise.all([
        runCli(['template', 'list', '--template-dir', '.'], { cwd }),
        runCli(['template', 'list', '--template-dir', '.', '--json'], { cwd }),
      ]);
      expect(table).toMatchObject({ code: 0, stderr: '' });
      expect(table.stdout).toMatch(/^NAME +EVENT +ABOUT$/m);
      expect(table.stdout).toMatch(/^fire +NOTIFY +Fire drill \(own\)$/m);
      expect(table.stdout).toMatch(/^check-sync +NOTIFY +Read the settings again/m);
      const { templates } = jsonOf<{ templates: Record<string, unknown>[] }>(json);
      expect(templates.find(({ name }) => name === 'fire')).toMatchObject({
        event: 'NOTIFY',
        shipped: false,
        reads: expect.arrayContaining(['profile', 'user', 'host', 'when', 'floor']),
      });
      expect(templates.find(({ name }) => name === 'resync')).toMatchObject({ shipped: false });
      expect(templates.find(({ name }) => name === 'check-sync')).toMatchObject({ shipped: true });
    });
  });
});

describe.concurrent('template show', () => {
  it('prints the file, and on stderr what it reads', async () => {
    await withFolder(OWN, async (cwd) => {
      const { code, stdout, stderr } = await runCli(['template', 'show', './fire.hbs'], { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: OWN['fire.hbs'] });
      expect(stderr).toContain('# reads: profile, user, host, when, floor');
      expect(stderr).toContain('{{xml name}}');
      expect(stderr).not.toContain('# partials');
    });
  });

  it('tells partials, and counts what they read', async () => {
    await withFolder({ 'fire.hbs': 'sendevent X\na: {{> one}}\n' }, async (cwd) => {
      mkdirSync(`${cwd}/partials`);
      writeFileSync(`${cwd}/partials/one.hbs`, '{{team}}{{> two}}');
      writeFileSync(`${cwd}/partials/two.hbs`, '{{upper room}}');
      const { stderr } = await runCli(['template', 'show', './fire.hbs'], { cwd });
      expect(stderr).toContain('# reads: team, room\n# partials: one, two\n');
    });
  });
});

const BAD = {
  'none.hbs': 'hello\n',
  'lame.hbs': 'sendevent NOTIFY\nprofile: internal\nevent-string: x\nuser: {{shout user}}\ncontent-type: a/b\n',
  'odd.hbs':
    'sendevent NOTIFY\nprofile: {{profile}}\nevent-string: {{word}}\nuser: {{user}}\nhost: {{host}}\ncontent-type: a/b\ncall_id: 5\n',
};

describe.concurrent('template check', () => {
  it('finds nothing wrong with the shipped ones', async () => {
    const [all, json] = await Promise.all([
      runCli(['template', 'check', '--strict']),
      runCli(['template', 'check', '--json']),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+ templates: no problems\n$/) });
    expect(jsonOf(json)).toMatchObject({ problems: [] });
  });

  it('tells all problems of all that it is given, with their places', async () => {
    await withFolder(BAD, async (cwd) => {
      const { code, stdout, stderr } = await runCli(['template', 'check', './none.hbs', 'lame.hbs'], { cwd });
      expect(code).toBe(3);
      expect(linesOf(stdout)).toEqual([
        './none.hbs:1:1: error: the first line is not "sendevent EVENT"',
        '  try: for example: sendevent NOTIFY',
        'lame.hbs:1:1: error: NOTIFY needs host in the user form; without it FreeSWITCH answers +OK and the phone is told nothing',
        '  try: add "host: {{host}}"',
        'lame.hbs:4:7: error: there is no helper "shout"',
        expect.stringMatching(/^ {2}try: there are: if, /),
      ]);
      expect(stderr).toBe('phonectl: 2 templates: 3 errors\n');
    });
  });

  it('ends well with warnings, unless they are to be errors', async () => {
    await withFolder(BAD, async (cwd) => {
      const [lax, strict, json] = await Promise.all([
        runCli(['template', 'check', './odd.hbs'], { cwd }),
        runCli(['template', 'check', './odd.hbs', '--strict'], { cwd }),
        runCli(['template', 'check', './odd.hbs', '--json', '--strict'], { cwd }),
      ]);
      expect([lax.code, lax.stderr]).toEqual([0, '']);
      expect(linesOf(lax.stdout)).toEqual([
        './odd.hbs:3:17: note: word has to be a column of the inventory, or --set word=…',
        './odd.hbs:7:1: warning: FreeSWITCH reads no header call_id of NOTIFY; it is ignored',
        '  try: did you mean call-id?',
        '1 template: 1 warning',
      ]);
      expect([strict.code, strict.stderr]).toEqual([3, 'phonectl: 1 template: 1 error\n']);
      expect(json.code).toBe(3);
      expect(jsonOf(json)).toEqual({
        schema: 1,
        templates: ['./odd.hbs'],
        problems: [
          expect.objectContaining({ severity: 'note', hint: null }),
          {
            file: './odd.hbs',
            line: 7,
            column: 1,
            severity: 'error',
            message: 'FreeSWITCH reads no header call_id of NOTIFY; it is ignored',
            hint: 'did you mean call-id?',
          },
        ],
      });
    });
  });

  it('takes a folder, and tells what is wrong with a partial once, in its file', async () => {
    const uses = `${OWN['fire.hbs'].trimEnd()} {{> footer}}\n`;
    await withFolder({ 'a.hbs': uses, 'b.hbs': uses, 'notes.txt': '' }, async (cwd) => {
      mkdirSync(`${cwd}/partials`);
      writeFileSync(`${cwd}/partials/footer.hbs`, '\n{{uper team}}\n');
      for (const args of [['.'], [cwd], ['--template-dir', '.', 'a', 'b']]) {
        const { code, stdout, stderr } = await runCli(['template', 'check', ...args], { cwd });
        expect([code, stderr]).toEqual([3, 'phonectl: 2 templates: 1 error, 3 warnings\n']);
        const errors = linesOf(stdout).filter((line) => line.includes(': error:'));
        expect(errors).toEqual([expect.stringMatching(/partials\/footer\.hbs:2:1: error: there is no helper "uper"$/)]);
      }
    });
  });

  it('says so if there is nothing to check', async () => {
    await withFolder({ 'notes.txt': '' }, async (cwd) => {
      for (const [args, problem] of [
        [['.'], 'there is no template in the folder .'],
        [['nosuch'], 'template nosuch: there is no such template'],
      ] as const) {
        const { code, stdout, stderr } = await runCli(['template', 'check', ...args], { cwd });
        expect([code, stdout, linesOf(stderr)[0]]).toEqual([3, '', `phonectl: ${problem}`]);
      }
      const missing = await runCli(['template', 'check', './none.hbs'], { cwd });
      expect([missing.code, missing.stdout]).toEqual([
        3,
        "./none.hbs:1:1: error: ./none.hbs can't be read: there is no such file or folder\n",
      ]);
    });
  });
});

it('a template that reads what an AOR on the command line may not have is noted', async () => {
  const own = BAD['odd.hbs']
    .replace('{{word}}', '{{name}}-{{default model "x"}}-{{vendor}}')
    .replace('call_id: 5\n', '');
  await withFolder({ 'own.hbs': own }, async (cwd) => {
    const { code, stdout } = await runCli(['template', 'check', './own.hbs'], { cwd });
    expect([code, linesOf(stdout)]).toEqual([
      0,
      [
        './own.hbs:3:17: note: name comes from the inventory: an AOR on the command line has none',
        '  try: {{default name "?"}} if there may be none',
        './own.hbs:3:48: note: vendor comes from the inventory, else from the User-Agent of the registration, if that tells it',
        '  try: {{default vendor "?"}} if there may be none',
        '1 template: no problems',
      ],
    ]);
  });
});

describe.concurrent('a template that there is not', () => {
  it.each([
    ['greet', 'did you mean ./greet.hbs?'],
    ['check-snyc', 'did you mean check-sync?'],
    ['reboots', 'did you mean reboot?'],
    ['fire-drill', 'template list has those that there are'],
  ])('%s comes with what may be meant, and no long list', async (name, hint) => {
    await withFolder({ 'greet.hbs': 'sendevent NOTIFY\n' }, async (cwd) => {
      for (const line of [
        ['template', 'check', name],
        ['send', name, '1000@phones.test', '-n'],
      ]) {
        const { code, stderr } = await runCli(line, { cwd });
        expect([code, stderr]).toEqual([3, `phonectl: template ${name}: there is no such template\n  try: ${hint}\n`]);
      }
    });
  });
});
