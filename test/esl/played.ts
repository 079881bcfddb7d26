import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { Peer, readCommand, type Script, type ScriptedServer, scriptedServer } from '../support/scripted-server.js';
import { recording } from './replay.js';

/** Where what is sent may differ from what was recorded: only in what these two functions leave out. */
export interface Alike {
  /** Commands of which only the first line has to be the recorded one, without blanks at its end. */
  readonly byLine?: readonly string[];
}

/** A server that plays a recording: what FreeSWITCH sent, each part once just the recorded command has come. */
export function playedServer(scenario: string, alike?: Alike): Promise<ScriptedServer> {
  return scriptedServer(playing(scenario, alike));
}

/**
 * Plays a recording of an outbound socket: connects to a server of ours, as FreeSWITCH did. Rejects if what came was not what
 * was recorded; resolves with the connection at the end of the recording.
 */
export async function playTo(port: number, scenario: string, alike?: Alike): Promise<Peer> {
  const socket = connect({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  const peer = new Peer(socket);
  await playing(scenario, alike)(peer);
  return peer;
}

function playing(scenario: string, { byLine = [] }: Alike = {}): Script {
  return async (peer) => {
    let read = 0;
    for (const { send, receive, closed } of recording(scenario).steps) {
      if (send !== undefined) {
        const { line } = await peer.command();
        const sent = peer.received.slice(read);
        read = peer.received.length;
        const same = byLine.includes(line.trimEnd()) ? line.trimEnd() === lineOf(send) : sent === send;
        if (!same) {
          peer.socket.destroy();
          throw new Error(`${JSON.stringify(sent)} came, and ${JSON.stringify(send)} was recorded`);
        }
      }
      peer.write(receive);
      if (closed) peer.socket.end();
    }
  };
}

function lineOf(send: string): string | undefined {
  return readCommand(Buffer.from(send))?.command.line;
}
