import type { BodyStream, StreamedReply } from './body-stream.js';
import type { PreparedCommand } from './command.js';
import type { EslError } from './errors.js';
import type { Message } from './message.js';
import { type Reply, toReply } from './reply.js';

/** A command that waits for its reply, and who waits for it. */
export interface Call {
  readonly command: PreparedCommand;
  /** Milliseconds; the connection's if not given. */
  readonly replyTimeoutMs?: number | undefined;
  /** The whole reply is there. */
  settle(message: Message): void;
  /** Only where the body is wanted in pieces: the reply has begun, and the body goes to what is returned. */
  begin?(head: Message): BodyStream;
  /** There will be no reply, or no more of it. */
  reject(error: EslError): void;
}

/** A call that wants its reply whole. */
export function replyCall(
  command: PreparedCommand,
  resolve: (reply: Reply) => void,
  reject: (error: EslError) => void,
  replyTimeoutMs?: number,
): Call {
  return { command, replyTimeoutMs, settle: (message) => resolve(toReply(message)), reject };
}

/** A call that wants its reply as it comes. */
export function streamCall(
  command: PreparedCommand,
  body: BodyStream,
  resolve: (reply: StreamedReply) => void,
  reject: (error: EslError) => void,
  replyTimeoutMs?: number,
): Call {
  return {
    command,
    replyTimeoutMs,
    begin: (head) => {
      resolve({ head, body });
      return body;
    },
    settle: (head) => {
      body.end();
      resolve({ head, body });
    },
    reject: (error) => {
      body.end(error);
      reject(error);
    },
  };
}
