import { EslRefusedError, isFailedResponse } from '../../esl/index.js';
import { type ConnectionFlags, connectorFor } from '../connector.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { toLine } from '../output/json.js';
import { SCHEMA } from '../output/schema.js';
import { printable, type Terminal } from '../terminal.js';
import { type CallOrderFlags, toCallOrder, toExecute } from './call-order.js';
import { prepare, toSentFailure } from './failures.js';
import { parseWait } from './flags.js';
import { showBytes } from './show-bytes.js';

export interface SendMessageFlags extends ConnectionFlags, CallOrderFlags {
  readonly wait?: string | undefined;
  readonly 'dry-run': boolean;
  readonly json: boolean;
}

/** Gives a call an order, and prints what FreeSWITCH or the application says to it. @throws Failure, EslError */
export async function runSendMessage(
  uuid: string,
  words: readonly string[],
  flags: SendMessageFlags,
  terminal: Terminal,
): Promise<void> {
  const [order = '', ...rest] = words;
  const prepared = prepare(() => toCallOrder(uuid, words, flags));
  const waitMs = flags.wait === undefined ? undefined : parseWait('wait', flags.wait);
  if (waitMs !== undefined && (order !== 'execute' || flags.header !== undefined)) {
    throw usageError('--wait is for execute without --header');
  }
  // Each turn tells of its end by the same event, and the first would be taken for the last.
  if (waitMs !== undefined && flags.loops !== undefined && flags.loops !== 1) {
    throw usageError(
      '--wait is for one turn: not with --loops',
      'wait for each: --wait with no --loops, several times',
    );
  }
  if (flags['dry-run']) {
    await showBytes(prepared, { uuid, order }, flags, terminal);
    return;
  }
  const connector = await connectorFor(flags);
  const socket = await connector.openSocket();
  try {
    let answer: string;
    let hasFailed = false;
    let isOk = true;
    let hangupCause: string | undefined;
    if (waitMs === undefined) {
      const { ok, text } = await socket.connection.send(prepared);
      if (!ok) throw refused(socket.connection.toShow(text));
      answer = text;
    } else {
      const { headers } = await socket.executeToEnd(toExecute(rest, flags), { uuid, timeoutMs: waitMs });
      answer = headers.get('application-response') ?? '_none_';
      // The event is of a call that has hung up already.
      hangupCause = headers.get('hangup-cause');
      hasFailed = isFailedResponse(answer);
      isOk = !hasFailed && (hangupCause === undefined || rest[0]?.toLowerCase() === 'hangup');
    }
    const document = { schema: SCHEMA, server: connector.name, uuid, order, ok: isOk, answer, hangupCause };
    await terminal.write(flags.json ? `${toLine(document)}\n` : `${printable(answer)}\n`);
    terminal.hasDocument = flags.json;
    if (isOk) return;
    const what = hasFailed ? `failed: ${answer}` : 'was cut short';
    const ended = hangupCause === undefined ? '' : `; the call has hung up (${hangupCause})`;
    throw new Failure(`${connector.name}: ${rest[0]} ${what}${ended}`, EXIT.short);
  } catch (error) {
    if (error instanceof EslRefusedError && /invalid session/i.test(error.reply ?? ''))
      throw refused(error.reply ?? '');
    throw toSentFailure(error, 'allow it more time: --wait 10m, or --wait forever');
  } finally {
    await socket.close();
  }

  function refused(text: string): Failure {
    const hint = /invalid session/i.test(text) ? 'is the call still there? phonectl esl api show channels' : undefined;
    return new Failure(`${connector.name} refused ${order} for ${uuid}: ${text}`, EXIT.short, { hint });
  }
}
