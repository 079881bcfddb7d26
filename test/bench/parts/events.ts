import { type Bench, inTurn } from '../bench.js';
import { peerEvents } from '../contenders.js';
import { measureNode } from '../measured.js';
import type { PeerName } from '../peers/peer.js';
import { PHONECTL } from '../places.js';
import { EVENT } from '../sink/events.js';

const EVENTS = 100_000;
const SMALL_EVENTS = 500;
/** drachtio's fork reads as modesl does. */
const PEERS: readonly PeerName[] = ['floor', 'modesl', 'esl', 'esl-lite'];

/** Events a second, from the socket to a line of JSON each. */
export async function events({ figures, sink, rounds, small, say }: Bench): Promise<void> {
  const count = small ? SMALL_EVENTS : EVENTS;
  const server = { host: '127.0.0.1', port: sink.port, password: 'ClueCon' };
  const flags = ['-o', 'jsonl', '--count', String(count), '-P', String(sink.port)];
  const contenders = [
    { contender: 'phonectl', run: () => measureNode([PHONECTL, 'esl', 'events', 'CHANNEL_ANSWER', ...flags]) },
    ...PEERS.map((contender) => ({ contender, run: () => peerEvents(contender, server, count) })),
  ];
  say('events');
  await inTurn(rounds, contenders, async ({ contender, run }) => {
    // Some more than are waited for, so that nobody waits for the end of a piece.
    await sink.set({ events: count + 1000 });
    const { cpuMs, rssMb } = await run();
    const { eventMs } = await sink.take();
    const place = { part: 'events', case: `${count.toLocaleString('en-US')} of ${EVENT.length} bytes`, contender };
    figures.add({ ...place, measure: 'events/s under way' }, (count / eventMs) * 1000);
    figures.add({ ...place, measure: 'CPU ms' }, cpuMs);
    figures.add({ ...place, measure: 'peak RSS MiB' }, rssMb);
  });
}
