import { Buffer } from 'node:buffer';
import { EslUnsafeError } from './errors.js';
import type { Header } from './headers.js';
import { blockFault, bodyFault, headerFault, lineFault } from './wire-safety.js';

/** One command to FreeSWITCH: its first line, and for some commands headers and a body. */
export interface Command {
  /** `api status`, `sendevent NOTIFY`, … */
  readonly line: string;
  /** Never `content-length`: it is computed. */
  readonly headers?: readonly Header[];
  /** Text is sent as UTF-8. An empty body is no body. */
  readonly body?: string | Uint8Array;
}

/**
 * The bytes of one command. This is the only way onto the wire, and the one gate: what would corrupt this command or
 * the next one is refused with an EslUnsafeError before a byte is written. Lines end in `\n` only, because a single
 * carriage return among line feeds makes FreeSWITCH lose all headers before it (`read_packet`, mod_event_socket.c).
 */
export function encodeCommand({ line, headers = [], body = '' }: Command): Buffer {
  refuse(lineFault(line), 'the command');
  let text = `${line}\n`;
  const seen = new Set<string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const fault = seen.has(key) ? 'it is there twice' : headerFault(name, value);
    if (fault !== undefined) refuse(fault, `header ${JSON.stringify(name.slice(0, 80))}`);
    seen.add(key);
    text += `${name}: ${value}\n`;
  }
  if (headers.length > 0) refuse(blockFault(text), 'the command');
  if (body.length === 0) return Buffer.from(`${text}\n`);
  refuse(bodyFault(body), 'the body');
  if (typeof body === 'string') {
    return Buffer.from(`${text}content-length: ${Buffer.byteLength(body)}\n\n${body}`);
  }
  return Buffer.concat([Buffer.from(`${text}content-length: ${body.length}\n\n`), body]);
}

/** FreeSWITCH knows its commands in any case (`parse_command`, mod_event_socket.c). */
const API = /^api /i;
const GET_VARIABLE = /^getvar/i;

/** A command that has passed the gate, with its bytes: to be looked at before it is sent, or sent later. */
export class PreparedCommand {
  readonly bytes: Buffer;
  readonly isApi: boolean;
  readonly isGetVariable: boolean;

  /** @throws EslUnsafeError */
  constructor(command: Command) {
    this.bytes = encodeCommand(command);
    this.isApi = API.test(command.line);
    this.isGetVariable = GET_VARIABLE.test(command.line);
  }
}

function refuse(fault: string | undefined, where: string): void {
  if (fault !== undefined) throw new EslUnsafeError(`${where} can't be sent: ${fault}`);
}
