import type { Fleet } from './fleet.js';
import { type Measured, measureNode } from './measured.js';
import type { Job, PeerName, Server } from './peers/peer.js';
import { BUNDLES, PHONECTL } from './places.js';

/** phonectl telling every phone of a fleet to read its settings again, as fast as it goes. */
export function resync(
  { host, port, password }: Server,
  { csv }: Fleet,
  inFlight: number,
  flags: readonly string[] = [],
): Promise<Measured> {
  const how = ['--rate', '0', '--concurrency', String(inFlight), '--sip-profile', 'internal', '--yes', '--quiet'];
  const args = ['resync', '-H', host, '-P', String(port), '-i', csv, ...how, ...flags];
  return measureNode([PHONECTL, ...args], { PHONECTL_PASSWORD: password });
}

/** The same by a peer, or by the floor. */
export function peerOrders(peer: PeerName, server: Server, fleet: Fleet, inFlight: number): Promise<Measured> {
  const { csv, orders } = fleet;
  return startPeer({ peer, ...server, task: { kind: 'orders', csv, orders, inFlight } });
}

export function peerEvents(peer: PeerName, server: Server, count: number): Promise<Measured> {
  return startPeer({ peer, ...server, task: { kind: 'events', count } });
}

function startPeer(job: Job): Promise<Measured> {
  return measureNode([`${BUNDLES}/peers/main.js`, JSON.stringify(job)]);
}
