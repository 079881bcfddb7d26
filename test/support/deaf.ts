import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a FreeSWITCH does not hear. */
export interface Deafness {
  /** A command that has this in it does not come through. */
  readonly to: string;
  /** What is answered in its place, if anything. */
  readonly answer?: string;
}

/** Runs a function with the port of a way to a port of the loopback, on which some of what comes back is lost. */
export async function withDeaf<T>(
  port: number,
  { to, answer }: Deafness,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sockets: Socket[] = [];
  const server = createServer((freeswitch) => {
    const listener = connect(port, '127.0.0.1');
    sockets.push(freeswitch, listener);
    freeswitch.on('error', () => {}).pipe(listener);
    listener.on('error', () => {}).on('close', () => freeswitch.destroy());
    listener.on('data', (bytes: Buffer) => {
      if (!bytes.toString().includes(to)) freeswitch.write(bytes);
      else if (answer !== undefined) listener.write(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
