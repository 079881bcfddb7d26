import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../support/built.js';
import { jsonOf, linesOf, runCli, startCli } from '../support/cli.js';

describe.concurrent('help', () => {
  it.each(['resync', 'mwi on', 'feature forward', 'template render', 'inventory check', 'sandbox'])(
    'is there for %s, by --help and by -h',
    async (id) => {
      const [long, short] = await Promise.all([runCli([...id.split(' '), '--help']), runCli([...id.split(' '), '-h'])]);
      expect(long).toMatchObject({ code: 0, stderr: '' });
      expect(long.stdout).toContain(`$ phonectl ${id}`);
      expect(short).toEqual(long);
    },
  );

  it('is what phonectl alone, a topic alone and --help say', async () => {
    const [alone, help, topic] = await Promise.all([runCli([]), runCli(['--help']), runCli(['mwi'])]);
    expect([alone.code, help.code, topic.code]).toEqual([0, 0, 0]);
    expect(alone.stdout).toBe(help.stdout);
    expect(help.stdout).toMatch(/^ {2}resync /m);
    expect(topic.stdout).toMatch(/mwi off[\s\S]*mwi on/);
  });

  it('of a command with others below it lists them, and help does the same', async () => {
    const [long, help] = await Promise.all([runCli(['esl', '--help']), runCli(['help', 'esl'])]);
    expect(long.stdout).toMatch(/\$ phonectl esl \[FLAGS\][\s\S]*^ {2}esl api .*[\s\S]*^ {2}esl sendmsg /m);
    expect(help).toEqual(long);
  });

  it('says the version', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
    const [long, short] = await Promise.all([runCli(['--version']), runCli(['-V'])]);
    expect(long).toEqual({ code: 0, signal: null, stdout: `phonectl ${version}\n`, stderr: '' });
    expect(short).toEqual(long);
  });
});

describe.concurrent('a command that there is not', () => {
  it.each([
    ['nofity', 'notify'],
    ['mwi blink', 'mwi on'],
    ['rebot', 'reboot'],
    ['Resync', 'resync'],
    ['mwii', 'mwi on'],
    ['qqq', 'phonectl --help'],
    ['vendor list extra', 'vendor list'],
    ['esl apii', 'esl api'],
    ['constructor', 'phonectl --help'],
  ])('%s: one line, and what to try', async (line, near) => {
    const { code, stdout, stderr } = await runCli(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 127, stdout: '' });
    const [said, hint, ...rest] = linesOf(stderr);
    expect(said).toBe(`phonectl: there is no command "${line}"`);
    expect(hint).toMatch(/^ {2}try: /);
    expect(hint).toContain(near);
    expect(rest).toEqual([]);
  });
});

describe.concurrent('a wrong command line', () => {
  it.each([
    ['resync --bogus', 'Nonexistent flag: --bogus'],
    ['resync -o xml', 'Expected --output=xml to be one of: table, json, jsonl, csv, junit'],
    ['notify', 'Missing 1 required arg: event the event string, which becomes the Event header'],
    ['mwi on --limit', 'Flag --limit expects a value'],
    ['mwi on --limit x', 'Parsing --limit Expected an integer but received: x'],
    ['mwi on -q -v', '--verbose=true cannot also be provided when using --quiet'],
  ])('"%s" is told in one line', async (line, message) => {
    const { code, stdout, stderr } = await runCli(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [said = '', hint, ...rest] = linesOf(stderr);
    expect(said.replace(/ +/g, ' ')).toContain(message);
    expect(said).toMatch(/^phonectl: /);
    expect(hint).toBe('  try: see --help');
    expect(rest).toEqual([]);
  });

  it('is a document on stdout only if one is wanted', async () => {
    for (const [args, wanted] of [
      [['template', 'show', 'json'], false],
      [['template', 'check', '--', '--json'], false],
      [['mwi', 'on', '--bogus', '-o', 'json'], true],
      [['mwi', 'on', '--bogus', '-ojson'], true],
      [['mwi', 'on', '--bogus', '--output=json'], true],
      [['mwi', 'on', '--bogus', '-o', 'jsonl'], false],
    ] as const) {
      const result = await runCli(args);
      expect(result.code).toBeGreaterThan(0);
      if (wanted) expect(jsonOf(result).error).toMatchObject({ exitCode: 2 });
      else expect({ args, stdout: result.stdout }).toEqual({ args, stdout: '' });
    }
  });
});

describe.concurrent('stdin', () => {
  it.each([
    ['mwi on', 'no phone is named'],
    ['notify', 'Missing 1 required arg'],
    ['message', 'no text'],
    ['feature dnd', 'Missing 1 required arg'],
    ['feature forward always', 'Missing 1 required arg'],
    ['send', 'Missing 1 required arg'],
    ['template show', 'Missing 1 required arg'],
    ['template render', 'Missing 1 required arg'],
    ['vendor identify', 'Missing 1 required arg'],
    ['inventory check', 'Missing 1 required arg'],
    ['inventory list', 'no phone is named'],
  ])('is never taken for what is missing, nor waited for: "%s"', async (line, message) => {
    // Whoever read it to its end would hang: nobody closes it.
    const running = await startCli(line.split(' '), { stdin: 'open' });
    running.process.stdin.write('1000@phones.test\n');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('that is closed is no phone either', async () => {
    expect(await runCli(['mwi', 'on'], { stdin: '1000@phones.test' })).toMatchObject({ code: 2, stdout: '' });
  });
});
