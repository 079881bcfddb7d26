import type { Socket } from 'node:net';
import type { Decoder } from './decoder.js';
import { EslAclError, EslClosedError, type EslError, EslNotFreeSwitchError } from './errors.js';
import type { Message } from './message.js';

/** How every message of FreeSWITCH begins (mod_event_socket.c). */
const FIRST_BYTES = 'Content-';

/** What FreeSWITCH says before the login is short: who says more is somebody else. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Waits for the first message of a server, which tells whether it is an event socket at all: resolves with
 * `auth/request` and has let go of the socket then.
 * @throws EslAclError, EslNotFreeSwitchError, EslClosedError
 */
export function greeting(socket: Socket, decoder: Decoder, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let begin = '';
    const settle = (error?: EslError): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      if (error) reject(error);
      else resolve();
    };
    const onData = (chunk: Buffer): void => {
      begin = (begin + chunk.toString('latin1', 0, 80)).slice(0, 80);
      if (!FIRST_BYTES.startsWith(begin.slice(0, FIRST_BYTES.length))) {
        settle(notFreeSwitch(name, begin));
        return;
      }
      let message: Message | undefined;
      const first = (next: Message): void => {
        message ??= next;
      };
      decoder.read(chunk, { message: first, limitOf: () => MAX_BODY_BYTES });
      const rejection = message && judge(message, name, begin);
      if (rejection) settle(rejection);
      else if (decoder.failure) settle(notFreeSwitch(name, begin, decoder.failure));
      else if (message) settle();
    };
    const onError = (cause: Error): void => {
      settle(new EslClosedError(`${name}: the connection broke before the login`, { cause }));
    };
    const onClose = (): void => {
      const hint = 'is it the event socket, and not an HTTP or TLS port?';
      settle(new EslClosedError(`${name} closed the connection without a greeting`, { hint }));
    };
    socket.on('data', onData).on('error', onError).on('close', onClose);
  });
}

function judge(message: Message, name: string, begin: string): EslError | undefined {
  if (message.contentType === 'auth/request') return undefined;
  if (message.contentType !== 'text/rude-rejection') return notFreeSwitch(name, begin);
  return new EslAclError(`${name} does not let this address in: ${message.body.toString().trim()}`, {
    hint: "add this machine to the list that apply-inbound-acl names in the server's event_socket.conf.xml",
  });
}

function notFreeSwitch(name: string, begin: string, cause?: unknown): EslNotFreeSwitchError {
  const options = { cause, hint: 'is the port right? The event socket usually is on 8021' };
  return new EslNotFreeSwitchError(`${name} is not a FreeSWITCH event socket: ${guess(begin)}`, options);
}

function guess(begin: string): string {
  if (begin.startsWith('HTTP/')) return 'it speaks HTTP';
  if (begin.startsWith('\x15\x03')) return 'it speaks TLS';
  return `it says ${JSON.stringify(begin.split(/[\r\n]/, 1)[0]?.slice(0, 60))}`;
}
