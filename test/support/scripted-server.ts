import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One command as the server read it. */
export interface SentCommand {
  readonly line: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** A server that does what a test says, and nothing else. */
export interface ScriptedServer {
  readonly host: string;
  readonly port: number;
  /** Everyone who connected so far. */
  readonly peers: readonly Peer[];
}

/** What the server does with each connection. It may return before the connection ends. */
export type Script = (peer: Peer) => void | Promise<void>;

/** The greeting of an event socket. */
export const AUTH_REQUEST = 'Content-Type: auth/request\n\n';

/** The bytes of a `command/reply`. */
export function commandReply(text: string): string {
  return `Content-Type: command/reply\nReply-Text: ${text}\n\n`;
}

/** The bytes of an `api/response`. */
export function apiResponse(text: string): string {
  return `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`;
}

/** The bytes of a `text/disconnect-notice`. */
export function disconnectNotice(
  text = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n',
): string {
  return `Content-Type: text/disconnect-notice\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`;
}

/**
 * Starts a server on an ephemeral port of the loopback. When the test is over, it and its connections are closed, and a
 * script that failed for another reason than the client's hanging up fails the test.
 */
export async function scriptedServer(script: Script, host = '127.0.0.1'): Promise<ScriptedServer> {
  const peers: Peer[] = [];
  const faults: unknown[] = [];
  const server = createServer((socket) => {
    const peer = new Peer(socket);
    peers.push(peer);
    Promise.resolve()
      .then(() => script(peer))
      .catch((error: unknown) => {
        if (!(error instanceof HungUp)) faults.push(error);
      });
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const { socket } of peers) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    if (faults.length > 0) throw faults[0];
  });
  return { host, port: (server.address() as AddressInfo).port, peers };
}

/** A port of the loopback where nothing listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What `Peer.command` throws when no more commands come. */
export class HungUp extends Error {}

/** The server's side of one connection. */
export class Peer {
  readonly socket: Socket;
  /** Every piece of bytes as it came. */
  readonly pieces: Buffer[] = [];
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  #unread: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true;
        this.#wake();
        resolve();
      });
    });
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      this.pieces.push(piece);
      this.#unread = Buffer.concat([this.#unread, piece]);
      this.#wake();
    });
  }

  /** Everything that came, as text. */
  get received(): string {
    return Buffer.concat(this.pieces).toString();
  }

  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next command, waiting for it. Throws HungUp when the client has ended the connection. */
  async command(): Promise<SentCommand> {
    for (;;) {
      const read = readCommand(this.#unread);
      if (read) {
        this.#unread = read.rest;
        return read.command;
      }
      if (this.#ended) throw new HungUp('the client hung up');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Greets and says yes to the login. Resolves with the line of the login. */
  async acceptLogin(): Promise<string> {
    this.write(AUTH_REQUEST);
    const { line } = await this.command();
    this.write(commandReply('+OK accepted'));
    return line;
  }
}

/**
 * Reads one command from the front of bytes as FreeSWITCH does it (`read_packet`, mod_event_socket.c), its carriage
 * return quirk included: while a CR is anywhere ahead, lines end there and not at the LF before it. Undefined while the
 * command is incomplete. On purpose it shares no code with what it checks.
 */
export function readCommand(bytes: Buffer): { command: SentCommand; rest: Buffer } | undefined {
  let start = 0;
  while (bytes[start] === 10 || bytes[start] === 13) start++;
  let end = start;
  for (let feeds = 0; feeds < 2; end++) {
    const byte = bytes[end];
    if (byte === undefined) return undefined;
    if (byte === 10) feeds++;
    else if (byte !== 13) feeds = 0;
  }
  const headers: [string, string][] = [];
  let line: string | undefined;
  let body: Buffer = Buffer.alloc(0);
  // A C string ends at its first NUL. Latin-1 keeps one character per byte.
  let rest: string | undefined = bytes.toString('latin1', start, end).split('\0', 1)[0] ?? '';
  while (rest !== undefined) {
    const at: number = rest.includes('\r') ? rest.indexOf('\r') : rest.indexOf('\n');
    const text = utf8(rest.split(/[\r\n]/, 1)[0] ?? '');
    const next: string | undefined = at < 0 ? undefined : rest.slice(at).replace(/^[\r\n]+/, '');
    if (line === undefined) line = text;
    else if (text.includes(':')) {
      const name = text.slice(0, text.indexOf(':'));
      const value = text.slice(text.indexOf(':') + 1).replace(/^ +/, '');
      headers.push([name, value]);
      const length = name.toLowerCase() === 'content-length' ? Number.parseInt(value, 10) : 0;
      if (length > 0) {
        if (bytes.length < end + length) return undefined;
        body = bytes.subarray(end, end + length);
        end += length;
      }
    }
    rest = next;
  }
  return { command: { line: line ?? '', headers, body }, rest: bytes.subarray(end) };
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString();
}
