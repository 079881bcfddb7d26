/** Builds what ships: one bundle a command with shared chunks, the type declarations, the oclif manifest, the manual page. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Plugin } from '@oclif/core/config';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
process.chdir(root);

await rm('dist', { recursive: true, force: true });
await rm('oclif.manifest.json', { force: true });
await Promise.all([bundle(), declarations(), completion()]);
await manifest();
await manual();

async function bundle() {
  const files = await readdir('src/commands', { recursive: true });
  const commands = files.filter((file) => file.endsWith('.ts')).map((file) => `src/commands/${file}`);
  await build({
    absWorkingDir: root,
    entryPoints: [
      ...commands,
      'src/cli/main.ts',
      'src/cli/command-not-found.ts',
      'src/cli/complete/main.ts',
      'src/cli/help/page.ts',
      'src/esl/index.ts',
      'src/sandbox/index.ts',
    ],
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // oclif reaches for these in development only; following them would bundle a whole compiler. The queue's are used by few
    // commands, which load them as they come.
    external: ['typescript', 'ts-node', 'tsx', 'bullmq', 'ioredis'],
    // Some of what is bundled is CommonJS and asks for Node's own modules with require.
    banner: {
      js: "import { createRequire as $require } from 'node:module'; const require = $require(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

/** For those who import phonectl/esl or phonectl/sandbox. */
async function declarations() {
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', 'dist/types'];
  await run(process.execPath, [
    'node_modules/typescript/bin/tsc',
    ...options,
    '--rootDir',
    'src',
    '-p',
    '.build.tsconfig.json',
  ]);
}

/** The shells' own part of completion, as it is. */
async function completion() {
  for (const shell of ['bash', 'zsh', 'fish']) {
    await cp(`src/cli/complete/phonectl.${shell}`, `dist/completion/phonectl.${shell}`);
  }
}

async function manifest() {
  const plugin = new Plugin({ root, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  await writeFile('oclif.manifest.json', JSON.stringify(plugin.manifest));
}

/** The page phonectl(1), from the manifest and the texts of `help`. */
async function manual() {
  const entry = {
    entryPoints: ['src/cli/help/manual.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  };
  const [{ text }] = (await build(entry)).outputFiles;
  const { manualPage } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const { commands, version } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'));
  const { oclif, description } = JSON.parse(await readFile('package.json', 'utf8'));
  // The same sources make the same page where SOURCE_DATE_EPOCH says when (reproducible-builds.org).
  const { SOURCE_DATE_EPOCH: seconds } = process.env;
  const date = (seconds ? new Date(Number(seconds) * 1000) : new Date()).toISOString().slice(0, 10);
  await mkdir('dist/man', { recursive: true });
  const page = manualPage({ manifest: { commands, version, topics: oclif.topics }, description, date });
  await writeFile('dist/man/phonectl.1', page);
}
