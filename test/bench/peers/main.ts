/** A process that does with one peer what phonectl does: a script as somebody would write it who has only that. */
import { readFile } from 'node:fs/promises';
import { floorEvents, floorOrders } from './floor.js';
import type { Job, OpenPeer, PeerConnection } from './peer.js';

const job = JSON.parse(process.argv[2] ?? '') as Job;
const { peer, task } = job;

if (peer === 'floor') {
  if (task.kind === 'orders') await floorOrders(job, task.orders, task.inFlight);
  else await floorEvents(job, task.count);
} else {
  const open = await opener(peer);
  const connection = await open(job);
  if (task.kind === 'orders') await sendAll(connection, task.csv, task.inFlight);
  else await printEvents(connection, task.count);
  connection.close();
}
// Some peers leave a timer behind.
process.exit();

/** Only the one that is asked for is loaded, as that is part of what it costs. */
async function opener(name: Exclude<Job['peer'], 'floor'>): Promise<OpenPeer> {
  if (name === 'esl') return (await import('./esl.js')).openEsl;
  if (name === 'esl-lite') return (await import('./esl-lite.js')).openEslLite;
  const { openModEsl } = await import('./modesl.js');
  if (name === 'modesl') return (server) => openModEsl(() => import('modesl'), server);
  return (server) => openModEsl(() => import('drachtio-modesl'), server);
}

async function sendAll(connection: PeerConnection, csv: string, inFlight: number): Promise<void> {
  const rows = (await readFile(csv, 'utf8')).split('\n').slice(1);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < rows.length) {
      const [user] = (rows[next++] ?? '').split(',');
      if (user) await connection.order(user);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

async function printEvents(connection: PeerConnection, count: number): Promise<void> {
  let left = count;
  await new Promise<void>((resolve, reject) => {
    connection
      .events((line) => {
        process.stdout.write(`${line}\n`);
        if (--left === 0) resolve();
      })
      .catch(reject);
  });
}
