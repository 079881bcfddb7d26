import { once } from 'node:events';
import { decodeEvent, type EslEvent, EslEventError, isEvent, type OutboundCall, serverName } from '../../esl/index.js';
import { toFailure, usageError } from '../failure.js';
import { Interrupt } from '../interrupt.js';
import { CallPrinter } from '../output/calls.js';
import { repeatedTexts } from '../repeats.js';
import { printable, type Terminal } from '../terminal.js';
import { prepare } from './failures.js';
import { toHangupCause } from './hangup-cause.js';
import { listening } from './listening.js';

export interface ListenFlags {
  readonly bind: string;
  readonly port: number;
  readonly answer: boolean;
  readonly hangup: boolean;
  readonly cause?: string | undefined;
  /** Commands of the event socket, as they are to be sent. */
  readonly do?: readonly string[] | undefined;
  readonly count?: number | undefined;
  readonly output: 'text' | 'jsonl';
}

/** How long the socket is kept behind the end of a call, for what FreeSWITCH still has to tell of it, seconds. */
const LINGER_S = 3;

/** Shows the calls that FreeSWITCH hands over, until there were enough or somebody ends it. @throws EslError */
export async function listen(flags: ListenFlags, terminal: Terminal): Promise<void> {
  if (flags.cause !== undefined && !flags.hangup) throw usageError('--cause is for --hangup', 'give both, or none');
  const cause = flags.cause === undefined ? undefined : toHangupCause(flags.cause);
  const printer = new CallPrinter(flags.output, terminal);
  for (const line of flags.do ?? []) prepare(() => ({ line }));
  // Whoever reaches the port can make one, as often as he likes.
  const warnings = repeatedTexts((text) => terminal.say(`warning: ${printable(text)}`));
  const interrupt = new Interrupt();
  const over = new AbortController();
  let begun = 0;
  let ended = 0;
  const server = await listening({
    host: flags.bind,
    port: flags.port,
    onCall: async (call) => {
      // More than enough: without a word to it, it is hung up.
      if (flags.count !== undefined && ++begun > flags.count) return;
      try {
        await show(call, { ...flags, cause }, printer, over.signal);
      } finally {
        if (++ended === flags.count) over.abort();
      }
    },
    onError: (error) => warnings.tell({ times: 1, text: toFailure(error).message }),
  });
  interrupt.begin();
  interrupt.signal.addEventListener('abort', () => over.abort(), { once: true });
  terminal.onBroken(() => over.abort());
  terminal.say(`listening on ${serverName(server.host, server.port)}; Ctrl-C ends it`);
  if (!over.signal.aborted) await once(over.signal, 'abort');
  await Promise.all(server.calls.map((call) => call.close()));
  await server.close();
  warnings.end();
  interrupt.release();
  if (interrupt.exitCode !== undefined) process.exitCode = interrupt.exitCode;
}

/** Shows one call until its end. FreeSWITCH parks it as long as its socket is open. */
async function show(call: OutboundCall, flags: ListenFlags, printer: CallPrinter, over: AbortSignal): Promise<void> {
  const messages = call.messages();
  await printer.begin(call);
  let last: EslEvent | undefined;
  try {
    // Only a full socket may; where the call's own thread serves the socket, nothing comes behind its end.
    if (call.control === 'full' && call.mode === 'async') await call.linger(LINGER_S);
    await call.myEvents(undefined, 'json');
    const orders = give(call, flags, printer);
    orders.catch(() => {});
    for await (const message of messages) {
      if (over.aborted) break;
      const event = isEvent(message) ? readable(message) : undefined;
      if (event === undefined) continue;
      last = event;
      await printer.event(call, message, event);
      if (event.name === 'CHANNEL_HANGUP_COMPLETE') break;
    }
    if (call.connection.open && !over.aborted) await orders;
  } finally {
    await printer.end(call, last?.headers.get('hangup-cause'));
  }
}

async function give(call: OutboundCall, flags: ListenFlags, printer: CallPrinter): Promise<void> {
  const { answer, hangup, cause, do: lines = [] } = flags;
  if (answer) await call.execute({ application: 'answer' });
  for (const line of lines) await printer.reply(call, line, await call.send({ line }));
  if (hangup) await call.hangUp(cause);
}

function readable(message: Parameters<typeof decodeEvent>[0]): EslEvent | undefined {
  try {
    return decodeEvent(message);
  } catch (error) {
    if (error instanceof EslEventError) return undefined;
    throw error;
  }
}
