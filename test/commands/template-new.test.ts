import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder } from '../support/lab.js';

const EVENTS = ['NOTIFY', 'SEND_MESSAGE', 'SEND_INFO', 'MESSAGE_WAITING', 'PHONE_FEATURE'];

/** What is to be typed next, as a shell takes it apart. */
function nextSteps(stderr: string): string[][] {
  return linesOf(stderr).map((line) => line.replace(/^ {2}go on: phonectl /, '').split(' '));
}

describe.concurrent('template new', () => {
  it.each(EVENTS)('writes a template for %s that is fine, and says what to do with it', async (event) => {
    await withFolder({}, async (cwd) => {
      const { code, stdout, stderr } = await runCli(['template', 'new', 'own', '--event', event], { cwd });
      expect([code, stdout]).toEqual([0, './own.hbs\n']);
      const [check = [], send = []] = nextSteps(stderr);
      const [checked, sent] = await Promise.all([runCli([...check, '--strict'], { cwd }), runCli(send, { cwd })]);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/1 template: no problems\n$/)]);
      expect([sent.code, sent.stdout.split('\n')[0]]).toEqual([0, `sendevent ${event}`]);
      expect(send.at(-1)).toBe('--dry-run');
    });
  });

  it('copies a shipped one into the folder of one’s own', async () => {
    await withFolder({}, async (cwd) => {
      mkdirSync(`${cwd}/my own`);
      const args = ['template', 'new', 'text.hbs', '--from', 'snom-text', '--template-dir', 'my own:.'];
      const { code, stdout, stderr } = await runCli(args, { cwd });
      expect([code, stdout]).toEqual([0, 'my own/text.hbs\n']);
      expect(stderr).toContain("  go on: phonectl template check 'my own/text.hbs'\n");
      const shipped = (await runCli(['template', 'show', 'snom-text'], { cwd })).stdout;
      expect(readFileSync(`${cwd}/my own/text.hbs`, 'utf8')).toBe(shipped);
    });
  });

  it('says how to try a copy of each shipped one', async () => {
    const { templates } = jsonOf<{ templates: { name: string; event: string }[] }>(
      await runCli(['template', 'list', '--json']),
    );
    await withFolder({}, async (cwd) => {
      for (const { name, event } of templates) {
        const { stderr } = await runCli(['template', 'new', `own-${name}`, '--from', name], { cwd });
        const send = nextSteps(stderr)[1] ?? [];
        const sent = await runCli(send, { cwd });
        expect([name, sent.code, sent.stderr, sent.stdout.split('\n')[0]]).toEqual([
          name,
          0,
          expect.stringContaining('1 planned'),
          `sendevent ${event}`,
        ]);
      }
    });
  }, 120_000);

  it('writes over nothing, and nowhere else', async () => {
    await withFolder({ 'own.hbs': 'mine' }, async (cwd) => {
      symlinkSync('elsewhere.txt', `${cwd}/link.hbs`);
      for (const name of ['own', 'link']) {
        const { code, stderr } = await runCli(['template', 'new', name], { cwd });
        expect([code, stderr]).toEqual([3, `phonectl: ./${name}.hbs is there already\n  try: another name\n`]);
      }
      expect(readFileSync(`${cwd}/own.hbs`, 'utf8')).toBe('mine');
      expect(existsSync(`${cwd}/elsewhere.txt`)).toBe(false);
    });
  });

  it.each([
    [['../own'], 2, '"../own" is no name of a template'],
    [['/tmp/own'], 2, '"/tmp/own" is no name of a template'],
    [['.hbs'], 2, '".hbs" is no name of a template'],
    [['own', '--event', 'CUSTOM'], 2, 'Expected --event=CUSTOM to be one of: NOTIFY'],
    [['own', '--from', 'nosuch'], 3, 'template nosuch: there is no such template'],
    [['own', '--template-dir', 'nowhere'], 3, "nowhere/own.hbs can't be written: there is no such file or folder"],
  ])('%j is refused', async (args, exit, problem) => {
    await withFolder({}, async (cwd) => {
      const { code, stdout, stderr } = await runCli(['template', 'new', ...args], { cwd });
      expect([code, stdout]).toEqual([exit, '']);
      expect(stderr).toContain(problem);
    });
  });
});
