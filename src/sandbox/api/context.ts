import type { Bus } from '../bus.js';
import type { Calls } from '../calls/calls.js';
import type { Dialplan } from '../calls/dialplan.js';
import type { Directory } from '../phones/directory.js';
import type { Mailbox } from '../phones/mailbox.js';
import type { Registry } from '../phones/registry.js';
import type { Sofia } from '../sofia/sofia.js';
import type { ApiOutput } from './output.js';

/** One API command: its argument without blanks around it, empty if there is none; and what it answers. */
export type ApiCommand = (argument: string) => ApiOutput;

/** What the API commands need to know. */
export interface ApiContext {
  readonly domain: string;
  readonly hostname: string;
  /** When the server started, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly modules: ReadonlySet<string>;
  readonly mailboxes: ReadonlyMap<string, Mailbox>;
  readonly registry: Registry;
  readonly directory: Directory;
  readonly sofia: Sofia;
  readonly calls: Calls;
  readonly dialplan: Dialplan;
  readonly bus: Bus;
}
