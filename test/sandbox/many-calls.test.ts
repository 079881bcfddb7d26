import { expect, it } from 'vitest';
import { EslError, type OutboundCall, OutboundServer } from '../../src/esl/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { within } from '../live/until.js';
import { alive } from '../support/alive.js';

const AT_ONCE = 200;
const ROUNDS = 20;
const MEGABYTE = 1024 * 1024;

it('200 calls at once, a tenth of which hang up in the middle, leave nothing behind over 20 rounds', async () => {
  let had = 0;
  let cut = 0;
  let doomed = new Set<string>();
  const surprises: unknown[] = [];
  const server = await OutboundServer.listen({
    port: 0,
    onCall: async (call) => {
      had++;
      const hangUp = doomed.has(call.uuid) ? () => sandbox.hangUp(call.uuid) : undefined;
      await have(call, hangUp).catch((error: unknown) => {
        // That its caller has hung up is what it is told then.
        if (!hangUp || !(error instanceof EslError)) throw error;
        cut++;
      });
    },
    onError: (error) => surprises.push(error),
  });
  const sandbox = await startSandbox({
    phones: AT_ONCE,
    dialplan: { '*71': `socket 127.0.0.1:${server.port} async full` },
  });
  const aors = sandbox.phones().map(({ user, host }) => `${user}@${host}`);

  const round = async (): Promise<void> => {
    const calls = aors.map((aor) => sandbox.dial(aor, '*71'));
    doomed = new Set(calls.filter((_, index) => index % 10 === 0).map(({ uuid }) => uuid));
    expect(await within(30_000, () => sandbox.calls().length === 0 && server.calls.length === 0)).toBe(true);
  };

  for (let warm = 0; warm < 3; warm++) await round();
  const before = await alive();
  for (let count = 0; count < ROUNDS; count++) await round();
  const after = await alive();
  expect(surprises).toEqual([]);
  expect(had).toBe(AT_ONCE * (ROUNDS + 3));
  expect(cut).toBe(had / 10);
  expect(after.sockets).toBeLessThanOrEqual(before.sockets);
  expect(after.timers).toBeLessThanOrEqual(before.timers);
  expect(after.heap - before.heap).toBeLessThan(MEGABYTE);
  await sandbox.close();
  await server.close();
}, 120_000);

/** Has a call as a program would, with a reader, an application and a question; its caller hangs up while something plays, or does not. */
async function have(call: OutboundCall, hangUp: (() => void) | undefined): Promise<void> {
  const events = call.events();
  const reading = (async () => {
    for await (const { name } of events) if (name === 'CHANNEL_HANGUP') break;
  })();
  reading.catch(() => {});
  await call.myEvents();
  await call.execute({ application: 'answer' });
  const played = call.executeToEnd({ application: 'playback', argument: 'silence_stream://100' });
  if (hangUp) setImmediate(hangUp);
  await played;
  await call.api(`uuid_getvar ${call.uuid} sip_from_user`);
  await call.hangUp();
  await reading;
}
