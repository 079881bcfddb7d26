/** `npm run bench`: makes JavaScript of the bench, which is TypeScript like the rest, and starts it. */
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root);
// Below node_modules, so that the peers are found from there, and nothing of it is packed, linted or committed.
const outdir = 'node_modules/.cache/phonectl-bench';
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [
    'test/bench/index.ts',
    'test/bench/sink/main.ts',
    'test/bench/peers/main.ts',
    'test/bench/parts/registrations-main.ts',
  ],
  outbase: 'test/bench',
  outdir,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
try {
  await import(pathToFileURL(`${outdir}/index.js`).href);
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
