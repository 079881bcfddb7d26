import { describe, expect, it } from 'vitest';
import { jsonOf, runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { deadPort } from '../support/scripted-server.js';

const FILES = {
  'good.csv': 'user,domain\n1000,phones.test\n',
  'bad.csv': 'user,domain\nbad user,phones.test\n',
  'half.csv': 'user,domain\n1000,phones.test\nbad user,phones.test\n',
  'broken.hbs': 'sendevent NOTIFY\nprofile: {{#if x}}\n',
};

/** The command line, the exit code, and the outcomes if it comes to any. */
type Case = [args: string, code: number, summary?: Readonly<Record<string, number>>];
const CASES: readonly Case[] = [
  ['mwi on 1000@phones.test', 0, { accepted: 1 }],
  ['mwi on -i good.csv --dry-run', 0, { planned: 1 }],
  ['mwi on -i half.csv --skip-invalid', 5, { accepted: 1, invalid: 1 }],
  ['mwi on -i bad.csv --skip-invalid', 5, { invalid: 1 }],
  ['resync 1000@phones.test', 5, { skipped: 1 }],
  ['resync 1000@phones.test --dry-run', 5, { skipped: 1 }],
  ['template render check-sync 1000@phones.test', 0, { planned: 1 }],
  ['mwi on', 2],
  ['mwi on 1000', 2],
  ['mwi on 1000@phones.test --bogus', 2],
  ['mwi on 1000@phones.test -i good.csv', 2],
  ['mwi on 1000@phones.test --limit 0', 2],
  ['mwi on 1000@phones.test --rate fast', 2],
  ['mwi on 1000@phones.test --timeout 0', 2],
  ['mwi on 1000@phones.test --concurrency 0', 2],
  ['mwi on 1000@phones.test --port 70000', 2],
  ['mwi on 1000@phones.test --where nonsense', 2],
  ['mwi on 1000@phones.test --where colour=red', 2],
  ['mwi on 1000@phones.test --quiet --verbose', 2],
  ['resync 1000@phones.test --default-vendor Cisco', 2],
  ['resync 1000@phones.test --default-vendor Acme', 2],
  ['reboot 1000@phones.test --default-vendor snom', 2],
  ['feature dnd maybe 1000@phones.test', 2],
  ['notify', 2],
  ['message', 2],
  ['send check-sync 1000@phones.test --set novalue', 2],
  ['info --to-uri sip:1@192.0.2.1', 2],
  ['info --to-uri tel:1 --from-uri sip:2@192.0.2.1', 2],
  ['inventory list', 2],
  ['inventory list good.csv -i half.csv', 2],
  ['vendor identify', 2],
  ['mwi on -i no-such.csv', 3],
  ['mwi on -i bad.csv', 3],
  ['mwi on -i half.csv', 3],
  ['mwi on -i good.csv --where user=9', 3],
  ['mwi on -i good.csv --map vendor=Marke', 3],
  ['mwi on -i good.csv --delimiter ab', 3],
  ['mwi on 1000@phones.test --password-file no-such-file', 3],
  ['mwi on 1000@phones.test -H a/b', 3],
  ['send no-such-template 1000@phones.test', 3],
  ['send ./broken.hbs 1000@phones.test', 3],
  ['message --body-file no-such-file 1000@phones.test', 3],
  ['inventory check bad.csv', 3],
  ['inventory list no-such.csv', 3],
  ['inventory list good.csv --where colour=red', 2],
  ['template check ./broken.hbs', 3],
  ['template list --template-dir no-such-folder', 3],
  ['vendor list', 0],
  ['template list', 0],
  ['inventory check good.csv', 0],
  ['inventory list good.csv', 0],
];

describe.concurrent('the exit code', () => {
  it.each<Case>(CASES)('of "%s" is %d, with and without --json', async (line, code, summary) => {
    await withFolder(FILES, (cwd) =>
      withSandbox({ phones: [{ user: '1000' }] }, async ({ port, events }) => {
        const args = line.split(' ');
        const env = { PHONECTL_PORT: String(port) };
        // One after the other: a run keeps another one over the same file out.
        const plain = await runCli(args, { cwd, env });
        const json = await runCli([...args, '--json'], { cwd, env });
        expect([plain.code, json.code], plain.stderr + json.stderr).toEqual([code, code]);
        const document = jsonOf<{ summary?: object; error?: { exitCode: number; message: string; hint?: string } }>(
          json,
        );
        expect(document.summary).toEqual(summary);
        for (const { stdout, stderr } of [plain, json]) expect(stdout + stderr).not.toMatch(/\n {4}at /);
        expect(events.length).toBe(2 * ((code === 0 || code === 5 ? summary?.accepted : 0) ?? 0));
        if (document.error) {
          expect(document.error.exitCode).toBe(code);
          expect(plain.stdout).toBe('');
          expect(plain.stderr).toBe(json.stderr);
          expect(plain.stderr.split('\n')[0]).toBe(`phonectl: ${document.error.message}`);
          expect(plain.stderr).toContain(document.error.hint === undefined ? '' : `\n  try: ${document.error.hint}\n`);
        }
      }),
    );
  });

  it('is 4 without a connection, with and without --json', async () => {
    const args = ['mwi', 'on', '1000@phones.test', '-P', String(await deadPort())];
    const [plain, json] = await Promise.all([runCli(args), runCli([...args, '--json'])]);
    expect([plain.code, json.code]).toEqual([4, 4]);
    expect(jsonOf(json).summary).toEqual({ 'not-sent': 1 });
    expect(json.stderr).toBe(plain.stderr);
  });

  it('is 127 for a command that there is not', async () => {
    const [plain, json] = await Promise.all([runCli(['mwi', 'blink']), runCli(['mwi', 'blink', '--json'])]);
    expect([plain.code, json.code, plain.stdout, json.stdout]).toEqual([127, 127, '', '']);
  });
});
