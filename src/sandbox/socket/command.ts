import type { Api } from '../api/api.js';
import type { ApiOutput, LongText } from '../api/output.js';
import type { Bus } from '../bus.js';
import type { Calls } from '../calls/calls.js';
import type { Packet } from '../packet-reader.js';
import type { Directory } from '../phones/directory.js';
import type { EventMaker } from '../wire/event-maker.js';
import type { EventName } from '../wire/event-names.js';
import type { WireEvent } from '../wire/wire-event.js';
import type { Listener } from './listener.js';

/** What commands act on. */
export interface CommandContext {
  readonly password: string;
  readonly directory: Directory;
  readonly api: Api;
  readonly calls: Calls;
  readonly bus: Bus;
  readonly maker: EventMaker;
  /** Fires an event to the modules. */
  fire(name: EventName | undefined, event: WireEvent, uuid: string): void;
}

/** What becomes of one command: the bytes to answer with, and what it means for the connection. */
export interface CommandResult {
  readonly text: string;
  /** The output of an `api` that is too long to be answered in one go, or the reply to what takes its time. */
  readonly later?: LongText | Promise<string>;
  readonly close?: boolean;
  /** It was a `sendevent`. */
  readonly fired?: boolean;
  /** It was the unloading or reloading of the event socket itself, which ends every connection. */
  readonly closeAll?: boolean;
}

/** Carries one command out, of which `rest` is what follows its word, and gives its answer, or what becomes one. */
export type Run = (
  rest: string,
  listener: Listener,
  packet: Packet,
  context: CommandContext,
) => ApiOutput | Promise<string>;
