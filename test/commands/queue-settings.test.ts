import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonOf, runCli } from '../support/cli.js';
import { withFolder } from '../support/lab.js';

const QUEUE = 'queue:\n  url: rediss://queue.test/2\n  user: alice\n  password-file: secret\n  prefix: berlin\n';

/** Runs phonectl with these settings, with files beside them that only their owner can read. */
async function withSettings(
  text: string,
  files: Readonly<Record<string, string>>,
  use: (
    call: (args: readonly string[], env?: Readonly<Record<string, string>>) => ReturnType<typeof runCli>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder({ 'config.yaml': text, ...files }, async (cwd) => {
    const own = { PHONECTL_CONFIG: join(cwd, 'config.yaml'), HOME: cwd };
    await use((args, env = {}) => runCli(args, { cwd, env: { ...own, ...env } }), cwd);
  });
}

describe.concurrent('config show', () => {
  it('has the queue and where all of it comes from, its password not', async () => {
    await withSettings(QUEUE, { secret: 'hunter22\n' }, async (call, folder) => {
      const from = `${folder}/config.yaml:1`;
      const { code, stdout, stderr } = await call(['config', 'show', '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('hunter22');
      expect(jsonOf({ stdout })).toMatchObject({
        settings: [
          { setting: 'queue', value: 'rediss://queue.test:6379/2', from },
          { setting: 'queue.user', value: 'alice', from },
          { setting: 'queue.password', value: '***', from: join(folder, 'secret') },
          { setting: 'queue.prefix', value: 'berlin', from },
        ],
      });
    });
  });

  it('has that of the environment, which comes first, and nothing of another with it', async () => {
    await withSettings(QUEUE, { secret: 'hunter22\n' }, async (call) => {
      const { stdout } = await call(['config', 'show'], { PHONECTL_QUEUE: 'redis://bob:hunter33@other.test' });
      expect(stdout).toMatch(/^queue +redis:\/\/other\.test:6379\/0 +PHONECTL_QUEUE$/m);
      expect(stdout).toMatch(/^queue\.user +bob +PHONECTL_QUEUE$/m);
      expect(stdout).toMatch(/^queue\.password +\*\*\* +PHONECTL_QUEUE$/m);
      expect(stdout).not.toMatch(/hunter|alice|berlin/);
    });
  });

  it('has no password of an address in the settings either', async () => {
    await withSettings('queue: redis://:hunter22@queue.test\n', {}, async (call) => {
      const { stdout, stderr } = await call(['config', 'show']);
      expect(stdout).toMatch(/^queue\.password +\*\*\* +\S+config\.yaml:1$/m);
      expect(stdout + stderr).not.toContain('hunter22');
    });
  });
});

describe.concurrent('config check', () => {
  it('looks at the files of the queue, and says nothing of what is in them', async () => {
    const text = 'queue:\n  url: rediss://queue.test\n  password-file: secret\n  ca-file: secret\n';
    await withSettings(text, { secret: 'hunter22\n' }, async (call) => {
      const { code, stdout, stderr } = await call(['config', 'check']);
      expect(code).toBe(3);
      expect(stderr).toMatch(/config\.yaml:1: ca-file \S+secret holds no certificate/);
      expect(stdout + stderr).not.toContain('hunter22');
    });
    await withSettings(QUEUE, {}, async (call) => {
      const { code, stderr } = await call(['config', 'check']);
      expect(code).toBe(3);
      expect(stderr).toMatch(/config\.yaml:1: password file \S+secret can't be read: there is no such file/);
    });
  });

  it('finds slips in its settings', async () => {
    await withSettings('queue:\n  url: redis://h\n  prefx: x\n', {}, async (call) => {
      const { code, stderr } = await call(['config', 'check']);
      expect(code).toBe(3);
      expect(stderr).toMatch(/config\.yaml:3: there is no setting "prefx" \(try: did you mean prefix\?\)/);
    });
  });
});

describe.concurrent('config init', () => {
  it('shows how a queue is written, in a line that can be used', async () => {
    await withFolder({}, async (cwd) => {
      const path = join(cwd, 'new.yaml');
      const env = { PHONECTL_CONFIG: path, HOME: cwd };
      expect((await runCli(['config', 'init'], { env, cwd })).code).toBe(0);
      const [, line = ''] = /^# (queue: .*)$/m.exec(await readFile(path, 'utf8')) ?? [];
      await withSettings(`${line}\n`, {}, async (call) => {
        expect(await call(['config', 'check'])).toMatchObject({ code: 0, stderr: '' });
        expect((await call(['config', 'show'])).stdout).toMatch(/^queue +redis:\/\/127\.0\.0\.1:6379\/0 /m);
      });
    });
  });
});
