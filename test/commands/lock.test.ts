import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';

const RUN = ['resync', '-i', 'fleet.csv', '--no-journal'];

function inState<T>(use: (at: { cwd: string; env: Record<string, string>; locks: string }) => Promise<T>) {
  return withFolder({ 'fleet.csv': csvOf(10) }, (cwd) =>
    use({ cwd, env: { XDG_STATE_HOME: cwd }, locks: `${cwd}/phonectl/locks` }),
  );
}

describe('two runs over the same phones of the same server', () => {
  it('are one after the other: the second is told who is at it, and can wait', async () => {
    await inState((at) =>
      withSandbox({ phones: snoms(10) }, async ({ to, events }) => {
        const first = await startCli([...RUN, ...to, '--rate', '5', '-o', 'jsonl'], at);
        await first.says(/accepted/);
        const refused = await runCli([...RUN, ...to], at);
        expect(refused.code).toBe(75);
        expect(refused.stderr).toMatch(
          /^phonectl: another run is telling the same phones: resync \(process \d+ on .*\) since /,
        );
        expect(refused.stderr).toContain('try: wait for it with --lock-timeout');
        const waited = await runCli([...RUN, ...to, '--rate', '0', '--lock-timeout', '20s'], at);
        expect([waited.code, (await first.ended).code]).toEqual([0, 0]);
        expect(events.map(userOf).slice(0, 10)).toEqual(snoms(10).map(({ user }) => user));
        expect(events).toHaveLength(20);
        expect(readdirSync(at.locks)).toEqual([]);
      }),
    );
  });

  it('do not mind each other elsewhere: another server, a single phone, a dry run', async () => {
    await inState((at) =>
      withSandbox({ phones: snoms(10) }, ({ to }) =>
        withSandbox({ phones: snoms(10) }, async (other) => {
          const first = await startCli([...RUN, ...to, '--rate', '5', '-o', 'jsonl'], at);
          await first.says(/accepted/);
          const codes = [
            await runCli([...RUN, ...other.to, '--rate', '0'], at),
            await runCli(['mwi', 'on', '1000@phones.test', ...to], at),
            await runCli([...RUN, '--dry-run'], at),
          ].map(({ code }) => code);
          expect(codes).toEqual([0, 0, 0]);
          first.process.kill('SIGKILL');
          await first.ended;
        }),
      ),
    );
  });

  it('are not held up by one that was killed, or whose number another process has now', async () => {
    await inState((at) =>
      withSandbox({ phones: snoms(10) }, async ({ to }) => {
        const first = await startCli([...RUN, ...to, '--rate', '5', '-o', 'jsonl'], at);
        await first.says(/accepted/);
        first.process.kill('SIGKILL');
        await first.ended;
        const [name = ''] = readdirSync(at.locks);
        const holder = JSON.parse(readFileSync(`${at.locks}/${name}`, 'utf8')) as object;
        expect((await runCli([...RUN, ...to, '--rate', '0'], at)).code).toBe(0);
        mkdirSync(at.locks, { recursive: true });
        // This very process, but one that was started at another time.
        writeFileSync(`${at.locks}/${name}`, JSON.stringify({ ...holder, pid: process.pid, started: 'another time' }));
        expect((await runCli([...RUN, ...to, '--rate', '0'], at)).code).toBe(0);
        writeFileSync(`${at.locks}/${name}`, JSON.stringify({ ...holder, host: 'elsewhere' }));
        expect((await runCli([...RUN, ...to, '--rate', '0'], at)).code).toBe(75);
        writeFileSync(`${at.locks}/${name}`, '');
        expect((await runCli([...RUN, ...to, '--rate', '0'], at)).code).toBe(0);
      }),
    );
  });

  it('are one at a time however many come at once, over the lock of one that is gone', async () => {
    await inState((at) =>
      withSandbox({ phones: snoms(10) }, async ({ to, events }) => {
        const first = await startCli([...RUN, ...to, '--rate', '5', '-o', 'jsonl'], at);
        await first.says(/accepted/);
        first.process.kill('SIGKILL');
        await first.ended;
        const before = events.length;
        const all = await Promise.all(
          Array.from({ length: 8 }, () => runCli([...RUN, ...to, '--rate', '0', '--lock-timeout', '20s'], at)),
        );
        expect(all.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
        const users = events.slice(before).map(userOf);
        // None began before another had ended.
        for (let run = 0; run < 8; run++) {
          expect(users.slice(run * 10, run * 10 + 10).sort()).toEqual(snoms(10).map(({ user }) => user));
        }
      }),
    );
  });
});
