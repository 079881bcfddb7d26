import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './built.js';

/** All values of a key of a unit. */
export function valuesOf(unit: string, key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** Whether there is a systemd here that can judge units. */
export const hasSystemd = (() => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The places that units name, below a folder: a `phonectl` in `bin`, and what is still empty. */
export function layOut(folder: string): void {
  for (const name of ['bin', 'etc', 'credentials', 'state']) mkdirSync(join(folder, name));
  const script = `#!/bin/sh\nexec "${process.execPath}" "${join(PROJECT, 'bin/run.js')}" "$@"\n`;
  writeFileSync(join(folder, 'bin/phonectl'), script);
  chmodSync(join(folder, 'bin/phonectl'), 0o755);
}

/** A text with these places instead of those of a system. */
export function placedIn(folder: string, text: string): string {
  return text.replaceAll('/usr/local/bin', join(folder, 'bin')).replaceAll('/etc/phonectl', join(folder, 'etc'));
}
