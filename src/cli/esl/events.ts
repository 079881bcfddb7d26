import type { EventFormat, EventSocket } from '../../esl/index.js';
import { type ConnectionFlags, connectorFor } from '../connector.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { EventPrinter } from '../output/events.js';
import type { Terminal } from '../terminal.js';
import { toExceptions, toSelection } from './event-names.js';
import { prepare } from './failures.js';
import { type FollowFlags, follow } from './follow.js';
import { parseHeaders } from './headers.js';
import { oneByOne } from './one-by-one.js';

export interface EventsFlags extends ConnectionFlags, FollowFlags {
  readonly filter?: readonly string[] | undefined;
  /** Names that are left out. */
  readonly except?: readonly string[] | undefined;
  readonly format?: EventFormat | undefined;
  readonly output: 'text' | 'jsonl';
  readonly myevents?: string | undefined;
}

/** Prints events while they come. @throws Failure, EslError */
export async function followEvents(words: readonly string[], flags: EventsFlags, terminal: Terminal): Promise<void> {
  const { myevents: uuid } = flags;
  if (uuid !== undefined && words.length > 0)
    throw usageError('--myevents brings the events of one call, whatever their names', 'leave the names out');
  const selection = toSelection(words);
  const left = flags.except && toExceptions(flags.except, selection);
  const filters = parseHeaders('filter', flags.filter);
  for (const [header, value] of filters) prepare(() => ({ line: `filter ${header} ${value}` }));
  const connector = await connectorFor(flags);
  const printer = new EventPrinter(flags.format ?? flags.output, terminal);
  try {
    await follow({
      connector,
      terminal,
      flags,
      what: 'events',
      isTied: uuid !== undefined,
      setUp: async (socket) => {
        // First, so that nothing gets through before them.
        for (const [header, value] of filters) await socket.filter(header, value);
        if (uuid !== undefined) await tie(socket, uuid, printer.format);
        else await oneByOne(socket, selection, (part) => socket.subscribe(part, printer.format));
        if (left) await oneByOne(socket, left, (part) => socket.unsubscribe(part));
      },
      print: (message) => printer.print(message),
    });
  } finally {
    printer.end();
  }
}

/** FreeSWITCH says yes to a call that there is not, and then nothing any more. */
async function tie(socket: EventSocket, uuid: string, format: EventFormat): Promise<void> {
  await socket.myEvents(uuid, format);
  const { text } = await socket.api(`uuid_exists ${uuid}`);
  if (text === 'false') {
    throw new Failure(`${socket.name} has no call ${uuid}`, EXIT.short, { hint: 'phonectl esl api show channels' });
  }
}
