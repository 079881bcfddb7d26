import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { OutboundServer, type OutboundServerOptions } from '../../src/esl/index.js';
import { commandReply, disconnectNotice, HungUp, Peer, type SentCommand } from '../support/scripted-server.js';

export interface CallOptions {
  readonly uuid?: string;
  readonly host?: string;
  readonly mode?: 'async' | 'static';
  readonly control?: 'full' | 'single-channel';
  /** The answer to each command after `connect`; undefined is `+OK`. */
  readonly answer?: (command: SentCommand, peer: Peer) => string | undefined;
}

/** Begins to listen on some free port. Ends everything when the test is over. */
export async function listening(options: OutboundServerOptions): Promise<OutboundServer> {
  const server = await OutboundServer.listen({ port: 0, ...options });
  onTestFinished(() => server.destroy());
  return server;
}

/** Connects as FreeSWITCH does, and says nothing yet. */
export async function dialled({ port }: Pick<OutboundServer, 'port'>, host = '127.0.0.1'): Promise<Peer> {
  const socket = connect({ host, port });
  // A test of many calls may not keep them all.
  const kept = new WeakRef(socket);
  onTestFinished(() => void kept.deref()?.destroy());
  const peer = new Peer(socket);
  await once(socket, 'connect');
  return peer;
}

/** Hands a call over, as FreeSWITCH does, and answers its commands until the other side leaves. */
export async function calling(server: Pick<OutboundServer, 'port'>, options: CallOptions = {}): Promise<Peer> {
  const peer = await dialled(server, options.host);
  await peer.command();
  peer.write(connectReply(options));
  void answerAll(peer, options.answer ?? (() => undefined));
  return peer;
}

/** What FreeSWITCH answers to `connect`. */
export function connectReply({ uuid = 'u-1', mode = 'async', control = 'full' }: CallOptions = {}): string {
  return (
    `Event-Name: CHANNEL_DATA\nUnique-ID: ${uuid}\nCaller-Caller-ID-Number: 1001\nCaller-Destination-Number: 5000\nvariable_greeting: h%C3%A9llo\n` +
    `Content-Type: command/reply\nReply-Text: %2BOK%0A\nSocket-Mode: ${mode}\nControl: ${control}\n\n`
  );
}

/** The notice that a call has hung up. */
export function callEnded(
  uuid = 'u-1',
  text = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n',
) {
  return disconnectNotice(text).replace('\n', `\nControlled-Session-UUID: ${uuid}\nContent-Disposition: disconnect\n`);
}

/** The notice that a call has hung up, and the socket stays. */
export function lingering(uuid = 'u-1'): string {
  return (
    `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${uuid}\nContent-Disposition: linger\n` +
    'Channel-Name: loopback/5000-a\nLinger-Time: 5\nContent-Length: 0\n\n'
  );
}

async function answerAll(peer: Peer, answer: (command: SentCommand, peer: Peer) => string | undefined): Promise<void> {
  try {
    for (;;) {
      const command = await peer.command();
      const answered = answer(command, peer);
      if (answered !== undefined) peer.write(answered);
      else if (command.line === 'exit') peer.socket.end(commandReply('+OK bye') + disconnectNotice());
      else peer.write(commandReply('+OK'));
    }
  } catch (error) {
    if (!(error instanceof HungUp)) throw error;
  }
}
