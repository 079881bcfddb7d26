import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { orderOf, userOf } from '../fleet.js';
import { EVENT } from '../sink/events.js';
import type { Server } from './peer.js';

const END = Buffer.from('\n\n');

/**
 * The floor under all clients: a bare socket that writes orders which were made beforehand, as many at once as the window
 * has room for, and counts the ends of replies.
 */
export async function floorOrders(server: Server, file: string, inFlight: number): Promise<void> {
  const orders = readFileSync(file);
  const length = Buffer.byteLength(orderOf(userOf(0)));
  const count = orders.length / length;
  const socket = await open(server);
  let sent = 0;
  let answered = 0;
  const fill = (): void => {
    const next = Math.min(answered + inFlight, count);
    if (next > sent) socket.write(orders.subarray(sent * length, next * length));
    sent = next;
  };
  await new Promise<void>((resolve) => {
    let half = false;
    socket.on('data', (chunk: Buffer) => {
      if (half && chunk[0] === END[0]) answered++;
      for (let at = chunk.indexOf(END); at >= 0; at = chunk.indexOf(END, at + END.length)) answered++;
      half = chunk.at(-1) === END[0] && chunk.at(-2) !== END[0];
      if (answered === count) resolve();
      else fill();
    });
    fill();
  });
  await leave(socket);
}

/** As much for events: what comes is passed on as it is, until it is as long as so many of the sink's. */
export async function floorEvents(server: Server, count: number): Promise<void> {
  const socket = await open(server);
  socket.write('event json CHANNEL_ANSWER\n\n');
  await new Promise<void>((resolve) => {
    let left = count * EVENT.length;
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      process.stdout.write(chunk);
      if (left <= 0) resolve();
    });
  });
  await leave(socket);
}

/** Logs in; the answer to that is taken to come in one piece. */
async function open({ host, port, password }: Server): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(`auth ${password}\n\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

async function leave(socket: Socket): Promise<void> {
  socket.write('exit\n\n');
  await new Promise((resolve) => socket.once('close', resolve));
}
