import type { EslEvent, Message, OutboundCall, Reply } from '../../esl/index.js';
import { printable, type Terminal } from '../terminal.js';
import { callParties, clock, eventLine } from './event-line.js';
import { toLine } from './json.js';
import type { Wait } from './reporter.js';

/** Prints calls that FreeSWITCH has handed over: their beginning, their events, their end. */
export class CallPrinter {
  readonly #terminal: Terminal;
  readonly #output: 'text' | 'jsonl';

  constructor(output: 'text' | 'jsonl', terminal: Terminal) {
    this.#output = output;
    this.#terminal = terminal;
  }

  begin({ uuid, mode, control, headers }: OutboundCall): Wait {
    const value = (name: string): string | undefined => headers.get(name);
    if (this.#output === 'jsonl') {
      return this.#json({
        type: 'call',
        uuid,
        caller: value('caller-caller-id-number') ?? null,
        callerName: value('caller-caller-id-name') ?? null,
        number: value('caller-destination-number') ?? null,
        channel: value('channel-name') ?? null,
        mode,
        control,
      });
    }
    return this.#line('green', 'call', `${uuid} ${callParties(value)} ${mode} ${control}`);
  }

  event({ uuid }: OutboundCall, { contentType, body }: Message, event: EslEvent): Wait {
    if (this.#output === 'text') return this.#terminal.write(eventLine(event, this.#terminal));
    const isJson = contentType === 'text/event-json';
    return this.#json({ type: 'event', uuid, event: isJson ? JSON.parse(body.toString()) : event.headers.toObject() });
  }

  reply({ uuid }: OutboundCall, command: string, { ok, text }: Reply): Wait {
    if (this.#output === 'jsonl') return this.#json({ type: 'reply', uuid, command, ok, text });
    return this.#line(ok ? 'grey' : 'red', 'reply', `${uuid} ${command} → ${text}`);
  }

  end({ uuid }: OutboundCall, cause: string | undefined): Wait {
    if (this.#output === 'jsonl') return this.#json({ type: 'end', uuid, cause: cause ?? null });
    return this.#line('yellow', 'end', `${uuid} ${cause ?? ''}`);
  }

  #json(document: object): Wait {
    return this.#terminal.write(`${toLine(document)}\n`);
  }

  #line(color: Parameters<Terminal['paint']>[0], what: string, about: string): Wait {
    const time = this.#terminal.paint('grey', clock(new Date()));
    return this.#terminal.write(
      `${time}  ${this.#terminal.paint(color, what.padEnd(24))} ${printable(about).trim()}\n`,
    );
  }
}
