import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What ships, as a user starts it. */
export const PHONECTL = join(process.cwd(), 'bin/run.js');
/** Where run.js puts what it has made of this folder. */
export const BUNDLES = join(process.cwd(), 'node_modules/.cache/phonectl-bench');
export const PROBE = join(process.cwd(), 'test/bench/probe.cjs');

/** For inventories, journals and all else that is written; gone when the bench ends. */
export const FOLDER = mkdtempSync(join(tmpdir(), 'phonectl-bench-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Nothing of the user's own: no settings of phonectl, and no NODE_EXTRA_CA_CERTS, which slows the start of Node 20. */
export const CLEAN_ENV: NodeJS.ProcessEnv = {
  ...(process.env.PATH !== undefined && { PATH: process.env.PATH }),
  HOME: FOLDER,
  XDG_STATE_HOME: join(FOLDER, 'state'),
};
