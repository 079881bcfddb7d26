import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, withFolder, withSandbox } from '../support/lab.js';

const OWN = `sendevent SEND_MESSAGE
profile: {{profile}}
content-type: text/plain
user: {{user}}
host: {{host}}

{{now "yyyy-MM-dd HH:mm:ss"}} {{> footer}}
`;

describe('a run with a template of one’s own', () => {
  it('tells all phones the time when it began, also when it goes on, and notices another partial', async () => {
    const files = { 'fire.hbs': OWN, 'p.csv': csvOf(12) };
    await withFolder(files, async (cwd) => {
      mkdirSync(`${cwd}/partials`);
      writeFileSync(`${cwd}/partials/footer.hbs`, 'Your IT\n');
      await withSandbox({ phones: snoms(12) }, async ({ to, events }) => {
        const at = { cwd, env: { XDG_STATE_HOME: `${cwd}/state` } };
        const args = ['send', './fire.hbs', '-i', 'p.csv', ...to, '--rate', '5', '-o', 'jsonl'];
        const running = await startCli(args, at);
        // A second and more, so that a time of each phone's own would show.
        await running.says(/(?:accepted[\s\S]*){7}/);
        running.process.kill('SIGINT');
        expect((await running.ended).code).toBe(130);
        writeFileSync(`${cwd}/partials/footer.hbs`, 'Your boss\n');
        const before = events.length;
        const changed = await runCli(['run', 'resume', 'last'], at);
        expect([changed.code, events.length]).toEqual([3, before]);
        expect(changed.stderr).toContain('this has changed: partial footer of template ./fire.hbs');
        writeFileSync(`${cwd}/partials/footer.hbs`, 'Your IT\n');
        expect((await runCli(['run', 'resume', 'last', '--quiet'], at)).code).toBe(0);
        expect(events).toHaveLength(12);
        const [{ started = '' } = {}] = jsonOf<{ runs: { started: string }[] }>(
          await runCli(['run', 'list', '--json'], at),
        ).runs;
        const date = new Date(started);
        const two = (part: number) => String(part).padStart(2, '0');
        const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
        const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
        expect(new Set(events.map((event) => event.split('\n\n')[1]))).toEqual(new Set([`${day} ${time} Your IT`]));
      });
    });
  });

  it('sends nothing if a partial is missing', async () => {
    await withFolder({ 'fire.hbs': OWN }, (cwd) =>
      withSandbox({ phones: snoms(1) }, async ({ to, events }) => {
        const { code, stderr } = await runCli(['send', './fire.hbs', '1000@phones.test', ...to], { cwd });
        expect(code).toBe(3);
        expect(stderr).toBe(
          'phonectl: template ./fire.hbs, line 7: there is no partial "footer"\n  try: it would be partials/footer.hbs\n',
        );
        expect(events).toEqual([]);
      }),
    );
  });
});
