import { type Bench, inTurn } from '../bench.js';
import { peerOrders, resync } from '../contenders.js';
import { orderOf, userOf } from '../fleet.js';
import type { Measured } from '../measured.js';
import { PEER_NAMES, type PeerName, type Server } from '../peers/peer.js';

/** How orders are sent, and to what a server. */
export interface OrdersCase {
  readonly conditions: string;
  readonly delayMs: number;
  /** Orders a second that the server takes from one connection; 0 is as many as come. */
  readonly rate: number;
  readonly inFlight: number;
  readonly phones: number;
  /** Which peers, beside phonectl and the floor. */
  readonly peers: 'all' | 'with a window' | 'none';
}

/** What mod_event_socket of FreeSWITCH 1.10.12 takes on one connection: it reads byte by byte. */
const FREESWITCH_RATE = 3000;
/** What phonectl has in flight if nobody says otherwise. */
const USUAL = 16;

const NO_DELAY = { conditions: 'no delay', delayMs: 0, rate: 0, inFlight: USUAL };
const ONE_MS = { conditions: '1 ms', delayMs: 1, rate: 0, inFlight: USUAL };
const FREESWITCH = { conditions: "FreeSWITCH's pace", delayMs: 0, rate: FREESWITCH_RATE, inFlight: USUAL };

export const CASES: readonly OrdersCase[] = [
  { ...NO_DELAY, phones: 10_000, peers: 'all' },
  { ...ONE_MS, phones: 10_000, peers: 'all' },
  { conditions: '20 ms', delayMs: 20, rate: 0, inFlight: USUAL, phones: 10_000, peers: 'all' },
  { ...FREESWITCH, phones: 10_000, peers: 'all' },
  { ...NO_DELAY, phones: 100_000, peers: 'none' },
  { ...ONE_MS, phones: 100_000, peers: 'none' },
  // With 16 it would take two minutes to say the same again.
  {
    conditions: '20 ms, 256 in flight',
    delayMs: 20,
    rate: 0,
    inFlight: 256,
    phones: 100_000,
    peers: 'with a window',
  },
  { ...FREESWITCH, phones: 100_000, peers: 'none' },
];

/** How tables call it. */
export function nameOf({ conditions }: OrdersCase, phones: number): string {
  return `${phones.toLocaleString('en-US')} phones, ${conditions}`;
}

const SMALL_PHONES = 100;
/** Large fleets take long, and differ less. */
const LARGE = 100_000;
/**
 * Peers that are slow are told of fewer phones: as many as they do in some seconds. modesl and its fork write an order in two
 * pieces and leave Nagle's algorithm on, so that the second one waits for a delayed acknowledgement, some 40 ms, unless
 * replies come all the time.
 */
const FEWER = { windowed: 2000, waiting: 1000, slow: 100, small: 10 };

/** Peers that can have several orders in flight; the others have one, however many are asked for at once. */
const WINDOWED: readonly PeerName[] = ['modesl', 'drachtio-modesl'];

interface Contender {
  readonly name: string;
  readonly phones: number;
  readonly send: (server: Server, phones: number) => Promise<Measured>;
}

/** Orders a second, from the CSV file to the last reply. */
export async function orders(bench: Bench): Promise<void> {
  const { sink, small } = bench;
  const server: Server = { host: '127.0.0.1', port: sink.port, password: 'ClueCon' };
  for (const usual of CASES) {
    if (small && (usual.phones >= LARGE || usual.delayMs === 1)) continue;
    const one = small ? { ...usual, phones: SMALL_PHONES } : usual;
    await compare(bench, one, contendersOf(bench, one), async ({ name, phones, send }) => {
      await sink.set({ delayMs: one.delayMs, rate: one.rate, registrations: phones });
      const measured = await send(server, phones);
      const seen = await sink.take();
      if (seen.orders !== phones) throw new Error(`${name} sent ${seen.orders} orders for ${phones} phones`);
      if (name === 'phonectl') {
        const bytes = phones * Buffer.byteLength(orderOf(userOf(0)));
        if (seen.orderBytes !== bytes) throw new Error(`phonectl wrote ${seen.orderBytes} bytes, the floor ${bytes}`);
      }
      return { ...measured, underWayMs: seen.orderMs };
    });
  }
  if (bench.live) await liveOrders(bench, bench.live);
}

/** The phones are none of that server's: it takes the orders, and nobody gets anything. */
async function liveOrders(bench: Bench, server: Server): Promise<void> {
  const phones = bench.small ? SMALL_PHONES : 10_000;
  const conditions = `live, ${server.host}:${server.port}`;
  const one: OrdersCase = { conditions, delayMs: 0, rate: 0, inFlight: USUAL, phones, peers: 'all' };
  await compare(bench, one, contendersOf(bench, one, ['--no-check']), (contender) =>
    contender.send(server, contender.phones),
  );
}

async function compare(
  { figures, rounds, say }: Bench,
  one: OrdersCase,
  contenders: readonly Contender[],
  turn: (contender: Contender) => Promise<Measured & { readonly underWayMs?: number }>,
): Promise<void> {
  const name = nameOf(one, one.phones);
  say(`orders: ${name}`);
  await inTurn(one.phones >= LARGE ? Math.max(1, rounds - 1) : rounds, contenders, async (contender) => {
    const { phones } = contender;
    const { wallMs, cpuMs, underWayMs } = await turn(contender);
    const place = { part: 'orders', case: name, contender: contender.name };
    if (underWayMs !== undefined) {
      figures.add({ ...place, measure: 'orders/s under way' }, (phones / underWayMs) * 1000);
    }
    // Of fewer phones than the others have, it would tell how long a process takes to start; of a live server it is all there is.
    if (phones < one.phones && underWayMs !== undefined) return;
    figures.add({ ...place, measure: 'orders/s whole process' }, (phones / wallMs) * 1000);
    figures.add({ ...place, measure: 'CPU µs an order' }, (cpuMs / phones) * 1000);
  });
}

function contendersOf({ fleets, small }: Bench, one: OrdersCase, flags: readonly string[] = []): readonly Contender[] {
  const { inFlight, phones, delayMs, rate, peers } = one;
  const byPeer = (peer: PeerName, window: number): Contender['send'] => {
    return async (server, count) => peerOrders(peer, server, await fleets.of(count), window);
  };
  const windowed = peers === 'none' ? [] : WINDOWED;
  const isSteady = delayMs === 1 || rate > 0;
  const most = small ? FEWER.small : phones;
  const many = Math.min(most, isSteady || inFlight > USUAL ? 10_000 : FEWER.windowed);
  const waiting = Math.min(most, delayMs > 1 ? FEWER.slow : isSteady ? FEWER.waiting : phones);
  const alone = (peer: PeerName) => (WINDOWED.includes(peer) ? Math.min(most, FEWER.slow) : waiting);
  return [
    {
      name: 'phonectl',
      phones,
      send: async (server, count) => resync(server, await fleets.of(count), inFlight, flags),
    },
    { name: 'floor', phones, send: byPeer('floor', inFlight) },
    ...windowed.map((peer) => ({ name: `${peer}, window`, phones: many, send: byPeer(peer, inFlight) })),
    ...(peers === 'all' ? PEER_NAMES : []).map((peer) => ({
      name: `${peer}, one by one`,
      phones: alone(peer),
      send: byPeer(peer, 1),
    })),
    ...(peers === 'all' ? PEER_NAMES.filter((peer) => !WINDOWED.includes(peer)) : []).map((peer) => ({
      name: `${peer}, all at once`,
      phones: waiting,
      send: byPeer(peer, inFlight),
    })),
  ];
}
