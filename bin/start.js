/** `npm start`: installs and builds what is missing or out of date, then runs phonectl, the demo if nothing is said. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  step('installing', process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund']);
}
if (modified('oclif.manifest.json') < Math.max(newest('src'), modified('bin/build.js'), modified('package.json'))) {
  step('building', process.execPath, [join(root, 'bin/build.js')]);
}
const run = spawnSync(process.execPath, [join(root, 'bin/run.js'), ...(args.length > 0 ? args : ['demo'])], {
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;

/** Says what is being done on stderr, and its output only if it goes wrong. */
function step(what, command, commandArgs) {
  process.stderr.write(`${what} …\n`);
  const { status, stdout, stderr, error } = spawnSync(command, commandArgs, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n${what} failed\n`);
  process.exit(1);
}

/** When a file was written, milliseconds; 0 if there is none. */
function modified(path) {
  const file = join(root, path);
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function newest(folder) {
  const files = readdirSync(join(root, folder), { recursive: true });
  return Math.max(...files.map((file) => modified(join(folder, file))));
}
