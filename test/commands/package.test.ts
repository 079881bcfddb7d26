import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, ensureBuilt, PROJECT } from '../support/built.js';

const run = promisify(execFile);
const MINUTES = 60_000;

/** The developer's own settings, for the registry, without those of the `npm test` that this may be part of. */
const npmEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$|^VITEST/i.test(name)),
);

function npm(args: readonly string[], cwd: string) {
  return run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env: npmEnv });
}

describe('the package', () => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'phonectl-package-'));
    // Its scripts would build again, under the other tests.
    const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], PROJECT);
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    files = packed?.files.map(({ path }) => path) ?? [];
    await npm(['init', '-y'], folder);
    await npm(['install', '--omit=dev', `./${packed?.filename}`], folder);
  }, 3 * MINUTES);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what is needed to run, and nothing else', () => {
    const top = new Set(files.map((path) => (/^(?:dist|docs|templates)\//.test(path) ? path.split('/')[0] : path)));
    expect([...top].sort()).toEqual(
      ['LICENSE', 'README.md', 'bin/run.js', 'dist', 'docs', 'oclif.manifest.json', 'package.json', 'templates'].sort(),
    );
    expect(files.filter((path) => /\.test\.|fixtures|\.map$|\.tsbuildinfo$/.test(path))).toEqual([]);
    expect(files.filter((path) => path.startsWith('templates/') && !path.endsWith('.hbs'))).toEqual([]);
    expect(files.filter((path) => path.startsWith('docs/') && !path.endsWith('.md'))).toEqual([]);
    expect(files.filter((path) => path.endsWith('.ts') && !path.startsWith('dist/types/'))).toEqual([]);
  });

  it('has in its manifest just the commands of src/commands', () => {
    const { commands } = JSON.parse(readFileSync(join(PROJECT, 'oclif.manifest.json'), 'utf8')) as { commands: object };
    const sources = readdirSync(join(PROJECT, 'src/commands'), { recursive: true, encoding: 'utf8' });
    const ids = sources
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.replace(/(?:\/index)?\.ts$/, '').replaceAll('/', ':'));
    expect(Object.keys(commands).sort()).toEqual(ids.sort());
    const scripts = sources.filter((file) => file.endsWith('.ts')).map((file) => file.replace(/\.ts$/, '.js'));
    for (const script of scripts) expect(files).toContain(`dist/commands/${script}`);
  });

  it('has every file that it exports, and its manual page', () => {
    const { exports, bin, man } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
      bin: Record<string, string>;
      // An array: npm links no other.
      man: string[];
    };
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of [...targets, ...Object.values(bin), ...man])
      expect(files).toContain(target.replace(/^\.\//, ''));
  });

  it(
    'runs with npx where there is nothing but what it asks for',
    async () => {
      const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
      const npx = (...args: string[]) => run('npx', ['--no', '--', 'phonectl', ...args], { cwd: folder, env: npmEnv });
      const [said, demo] = [await npx('--version'), await npx('demo')];
      expect(said.stdout).toBe(`phonectl ${version}\n`);
      expect(demo.stdout).toMatch(/9 phones: 8 accepted, 1 skipped/);
    },
    MINUTES,
  );

  it(
    'can be imported, and its two halves understand each other',
    async () => {
      const script = `
      import { connect, EslAuthError } from 'phonectl/esl';
      import { startSandbox } from 'phonectl/sandbox';
      const sandbox = await startSandbox({ phones: 3 });
      const { host, port } = sandbox;
      const connection = await connect({ host, port, password: 'ClueCon' });
      const { ok, text } = await connection.send({ line: 'api sofia_contact internal/1000@phones.test' });
      const refused = await connect({ host, port, password: 'x' }).catch((error) => error instanceof EslAuthError);
      await connection.close();
      await sandbox.close();
      console.log(JSON.stringify({ ok, text, refused }));
    `;
      const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
        cwd: folder,
        env: cleanEnv(),
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ ok: true, text: expect.stringContaining('sip:1000@'), refused: true });
    },
    MINUTES,
  );

  it.each([
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ])(
    'has types that a strict project can use, with module %s and resolution %s',
    async (module, resolution) => {
      const source = `
        import { connect, type EslEvent, EventSocket } from 'phonectl/esl';
        import { type Sandbox, startSandbox } from 'phonectl/sandbox';
        const sandbox: Sandbox = await startSandbox({ phones: 3 });
        const connection = await connect({ host: sandbox.host, port: sandbox.port, password: 'ClueCon' });
        const text: string | undefined = (await connection.send({ line: 'api status' })).text;
        // @ts-expect-error a port is a number
        const wrong = connect({ host: 'x', port: 'x', password: 'y' });
        export const all: [typeof EventSocket, EslEvent[], string | undefined, unknown] = [EventSocket, [], text, wrong];
      `;
      writeFileSync(join(folder, 'consumer.mts'), source);
      const types = ['--types', 'node', '--typeRoots', join(PROJECT, 'node_modules/@types')];
      const how = ['--noEmit', '--strict', '--target', 'es2022', '--module', module, '--moduleResolution', resolution];
      const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [tsc, ...how, ...types, 'consumer.mts'], { cwd: folder });
      expect(stdout).toBe('');
    },
    MINUTES,
  );

  it(
    'can be required from CommonJS, and has no other entry',
    async () => {
      const script = `
      console.log(typeof require('phonectl/esl').connect, typeof require('phonectl/sandbox').startSandbox);
      for (const path of ['phonectl', 'phonectl/dist/cli/main.js']) {
        try { require(path); } catch (error) { console.log(error.code); }
      }`;
      const { stdout } = await run(process.execPath, ['--no-warnings', '-e', script], { cwd: folder, env: cleanEnv() });
      expect(stdout.split('\n')).toEqual([
        'function function',
        'ERR_PACKAGE_PATH_NOT_EXPORTED',
        'ERR_PACKAGE_PATH_NOT_EXPORTED',
        '',
      ]);
    },
    MINUTES,
  );
});
