import { commands, type Header, type PreparedCommand } from '../../esl/index.js';
import { checkPayload } from '../../payload/check.js';
import type { Payload } from '../../payload/payload.js';
import { readPayload, WrittenPayloadError } from '../../payload/written.js';
import { readBody } from '../body.js';
import { type ConnectionFlags, connectorFor } from '../connector.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { SCHEMA } from '../output/schema.js';
import { readStdin } from '../stdin.js';
import { printable, type Terminal } from '../terminal.js';
import { hasUnreadStdin } from '../unread-stdin.js';
import { prepare, toSentFailure } from './failures.js';
import { parseHeaders } from './headers.js';
import { showBytes } from './show-bytes.js';

export interface SendEventFlags extends ConnectionFlags {
  readonly header?: readonly string[] | undefined;
  readonly body?: string | undefined;
  readonly 'body-file'?: string | undefined;
  readonly check: boolean;
  readonly 'dry-run': boolean;
  readonly json: boolean;
}

/** FreeSWITCH takes no longer one, bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Fires one event, and prints its uuid. @throws Failure, EslError */
export async function runSendEvent(name: string | undefined, flags: SendEventFlags, terminal: Terminal): Promise<void> {
  const isWritten = name === undefined || name === '-';
  const payload = isWritten ? await payloadFromStdin(flags, terminal) : await payloadFromFlags(name, flags);
  const prepared = prepareEvent(payload, flags, terminal);
  if (flags['dry-run']) await showBytes(prepared, { event: payload.event }, flags, terminal);
  else await send(payload, flags, terminal);
}

/** The bytes of an event that passes the gate and will not be dropped, as far as is known. @throws Failure */
export function prepareEvent(
  payload: Payload,
  { check }: { readonly check: boolean },
  terminal: Terminal,
): PreparedCommand {
  const prepared = prepare(() => commands.sendEvent(payload.event, payload.headers, payload.body));
  const problems = checkPayload(payload);
  if (check && problems.length > 0) {
    throw new Failure(`${payload.event} would not do what it says; nothing was sent`, EXIT.input, {
      details: problems,
      hint: '--no-check sends it all the same',
    });
  }
  for (const problem of problems) terminal.say(printable(`warning: ${problem}`));
  return prepared;
}

async function send({ event, headers, body }: Payload, flags: SendEventFlags, terminal: Terminal): Promise<void> {
  const connector = await connectorFor(flags);
  const socket = await connector.openSocket();
  try {
    const eventUuid = await socket.sendEvent(event, headers, body);
    if (flags.json) {
      await terminal.write(`${JSON.stringify({ schema: SCHEMA, server: connector.name, event, eventUuid })}\n`);
      terminal.hasDocument = true;
    } else {
      await terminal.write(`${printable(eventUuid)}\n`);
    }
  } catch (error) {
    throw toSentFailure(error);
  } finally {
    await socket.close();
  }
}

async function payloadFromFlags(event: string, flags: SendEventFlags): Promise<Payload> {
  const headers: Header[] = parseHeaders('header', flags.header);
  // FreeSWITCH keeps it, and adds its own behind it: whoever reads the event finds this one (`switch_event_prep_for_delivery`).
  const lie = headers.find(([name]) => name.toLowerCase() === 'event-name');
  if (lie) throw usageError(`--header Event-Name=${lie[1]}: the event is a ${event}`, `esl sendevent ${lie[1]}`);
  const readsStdin = flags['body-file'] === '-' || flags['body-file'] === '/dev/stdin';
  if (!readsStdin && (await hasUnreadStdin())) {
    throw usageError(
      'something comes from stdin, but nothing would read it',
      '--body-file - takes it for the body, - instead of NAME for the whole event; if it is not meant, </dev/null',
    );
  }
  const body = (flags['body-file'] === '-' ? await readStdin(MAX_BYTES) : await readBody(flags)) ?? '';
  return { event, headers, body };
}

async function payloadFromStdin(flags: SendEventFlags, terminal: Terminal): Promise<Payload> {
  if (flags.header !== undefined || flags.body !== undefined || flags['body-file'] !== undefined) {
    throw usageError('the whole event comes from stdin, headers and body', 'phonectl esl sendevent NAME --header …');
  }
  if (process.stdin.isTTY) terminal.say('phonectl: sendevent NAME, headers, an empty line, the body; then Ctrl-D');
  try {
    const { payload, warnings } = readPayload(await readStdin(MAX_BYTES));
    for (const warning of warnings) terminal.say(printable(`warning: ${warning}`));
    return payload;
  } catch (error) {
    if (!(error instanceof WrittenPayloadError)) throw error;
    throw new Failure(`stdin, line ${error.line}: ${error.message}`, EXIT.input, {
      hint: 'sendevent NAME, then lines of "name: value", an empty line, and the body',
    });
  }
}
