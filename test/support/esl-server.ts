import {
  commandReply,
  disconnectNotice,
  type Peer,
  type ScriptedServer,
  type SentCommand,
  scriptedServer,
} from './scripted-server.js';

/** An event socket that answers as a test says, and what was said to it. */
export interface EslServer {
  readonly server: ScriptedServer;
  /** `-P` and its port. */
  readonly to: readonly string[];
  /** Every command, of all connections, logins left out. */
  readonly commands: readonly SentCommand[];
  /** Their first lines. */
  readonly lines: readonly string[];
}

type Answer = string | Uint8Array | undefined;

/** Answers each command with the bytes that the function gives, else with +OK; an `exit` as FreeSWITCH does. */
export async function eslServer(
  answer: (command: SentCommand, peer: Peer) => Answer | Promise<Answer>,
): Promise<EslServer> {
  const commands: SentCommand[] = [];
  const lines: string[] = [];
  const server = await scriptedServer(async (peer) => {
    await peer.acceptLogin();
    for (;;) {
      const command = await peer.command();
      commands.push(command);
      lines.push(command.line);
      if (command.line === 'exit') {
        peer.socket.end(commandReply('+OK bye') + disconnectNotice());
        return;
      }
      peer.write((await answer(command, peer)) ?? commandReply('+OK'));
    }
  });
  return { server, to: ['-P', String(server.port)], commands, lines };
}

/** An event as FreeSWITCH writes it in this format. */
export function eventMessage(
  format: 'plain' | 'json' | 'xml',
  headers: Readonly<Record<string, string>>,
  body?: string,
): string {
  const text = { plain: plainBody, json: jsonBody, xml: xmlBody }[format](headers, body);
  return rawEvent(format, text);
}

/** A message of this event format with just this body. */
export function rawEvent(format: 'plain' | 'json' | 'xml', body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-${format}\n\n${body}`;
}

/** A log line as FreeSWITCH sends it. */
export function logMessage(level: number, text: string): string {
  return `Content-Type: log/data\nContent-Length: ${Buffer.byteLength(text)}\nLog-Level: ${level}\nText-Channel: 0\nLog-File: mod_x.c\nLog-Func: f\nLog-Line: 7\nUser-Data: \n\n${text}`;
}

function plainBody(headers: Readonly<Record<string, string>>, body?: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`);
  return body === undefined
    ? `${lines.join('')}\n`
    : `${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\n\n${body}`;
}

function jsonBody(headers: Readonly<Record<string, string>>, body?: string): string {
  return JSON.stringify({ ...headers, ...(body !== undefined && { _body: body }) });
}

function xmlBody(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `    <${name}>${encodeURIComponent(value)}</${name}>\n`);
  return `<event>\n  <headers>\n${lines.join('')}  </headers>\n</event>`;
}
