import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { CLEAN_ENV, FOLDER } from '../places.js';

/** A program that says when it is ready, and is killed with the bench. */
export async function startProgram(
  command: string,
  args: readonly string[],
  ready: string,
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, { env: { ...CLEAN_ENV, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): boolean => child.kill('SIGKILL');
  process.on('exit', kill);
  child.once('close', () => process.off('exit', kill));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const hear = (text: string): void => {
      if (said.length < 1 << 14) said += text;
      if (said.includes(ready)) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    child.once('error', reject).once('close', () => reject(new Error(`${command} ended: ${said}`)));
  });
  return child;
}

/** A Redis with append-only files, as a queue should have; undefined where there is none. */
export async function startRedis(): Promise<{ readonly port: number; readonly child: ChildProcess } | undefined> {
  const server = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (server === undefined) return undefined;
  const port = await freePort();
  const args = ['--port', String(port), '--save', '', '--appendonly', 'yes', '--dir', FOLDER];
  return { port, child: await startProgram(server, args, 'Ready to accept') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
