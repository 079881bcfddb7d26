import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface Relay {
  readonly port: number;
  /** Cuts the connections whose client has sent this, both ways, and says how many there were. */
  cut(sent: string): number;
}

/** What does not come back from the server. */
export interface Deafness {
  /** Whatever has this in it. */
  readonly to: string;
  /** What the server is answered in place of the client, if anything. */
  readonly answer?: string;
}

/** Runs a function with a relay to a port of the loopback, which is closed after it. */
export async function withRelay<T>(port: number, use: (relay: Relay) => Promise<T>, deaf?: Deafness): Promise<T> {
  const links: { readonly ends: readonly Socket[]; sent: string }[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const link = { ends: [client, upstream], sent: '' };
    links.push(link);
    client.on('data', (bytes: Buffer) => {
      link.sent += bytes.toString();
    });
    client.on('error', () => {}).pipe(upstream);
    upstream.on('error', () => {}).on('close', () => client.destroySoon());
    upstream.on('data', (bytes: Buffer) => {
      if (!deaf || !bytes.toString().includes(deaf.to)) client.write(bytes);
      else if (deaf.answer !== undefined) upstream.write(deaf.answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (sent: string): number => {
    const those = links.filter((link) => link.sent.includes(sent) && link.ends.some(({ destroyed }) => !destroyed));
    for (const { ends } of those) for (const end of ends) end.destroy();
    return those.length;
  };
  try {
    return await use({ port: (server.address() as AddressInfo).port, cut });
  } finally {
    cut('');
    await new Promise((resolve) => server.close(resolve));
  }
}
