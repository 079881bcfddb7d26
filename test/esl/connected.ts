import { onTestFinished } from 'vitest';
import { type ConnectOptions, connect } from '../../src/esl/connect.js';
import type { Connection } from '../../src/esl/connection.js';
import { EslError } from '../../src/esl/errors.js';
import type { ScriptedServer } from '../support/scripted-server.js';

/** What no error may ever show. */
export const PASSWORD = 'pässwörd-5ecret';

/** Connects and logs in. The connection is given up when the test is over. */
export async function connectTo(
  { host, port }: Pick<ScriptedServer, 'host' | 'port'>,
  options: Partial<ConnectOptions> = {},
): Promise<Connection> {
  const connection = await connect({ host, port, password: PASSWORD, ...options });
  onTestFinished(() => connection.destroy());
  return connection;
}

/** The error with which a promise rejects, after a check that nothing in it shows the password. */
export async function rejection(promise: Promise<unknown>): Promise<EslError> {
  const error: unknown = await promise.then(
    (value) => {
      throw new Error(`it should have been rejected, and is ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof EslError)) throw error;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const shown = `${at.message} ${at.stack} ${JSON.stringify(at)}`;
    if (shown.includes(PASSWORD)) throw new Error('the password is in the error');
  }
  return error;
}

/** How `expect.poll` waits for what has to come, however slow the machine is. */
export const patient = { timeout: 10_000, interval: 5 };

/** Resolves after a while. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Holds the whole process up, as a suspended laptop or a long garbage collection does. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
