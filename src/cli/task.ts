import type { InferredFlags } from '@oclif/core/interfaces';
import type { PhoneSource } from '../inventory/phone.js';
import type { Catalog } from '../payload/catalog.js';
import type { Order } from '../run/order.js';
import {
  certaintyFlags,
  connectionFlags,
  outputFlags,
  registeredFlag,
  rolloutFlags,
  selectionFlags,
  sendingFlags,
  serverFlag,
  survivalFlags,
  templateFlags,
  viaFlags,
} from './flags.js';
import type { LookUp } from './look-up.js';
import type { Terminal } from './terminal.js';

/** The flags of every command that sends. */
export const sendFlags = {
  ...selectionFlags,
  ...registeredFlag,
  ...sendingFlags,
  ...rolloutFlags,
  ...certaintyFlags,
  ...survivalFlags,
  ...connectionFlags,
  ...serverFlag,
  ...viaFlags,
  ...outputFlags,
  ...templateFlags,
};

export type SendFlags = InferredFlags<typeof sendFlags>;

/** A dry run has no need of a server, a pace, evidence or a journal. */
export type TaskFlags = Omit<SendFlags, OnlineFlag> & Partial<Pick<SendFlags, OnlineFlag>>;
type OnlineFlag =
  | keyof typeof connectionFlags
  | keyof typeof serverFlag
  | keyof typeof certaintyFlags
  | keyof typeof registeredFlag
  | keyof typeof rolloutFlags
  | keyof typeof survivalFlags
  | keyof typeof viaFlags
  | 'rate';

/** What is to be sent, to whom, and who is asking. */
export interface Task {
  readonly order: Order;
  readonly aors: readonly string[];
  /** As the user calls it: `mwi on`. */
  readonly command: string;
  /** The arguments as they were typed. */
  readonly argv: readonly string[];
  /** The flags among them; others are from the environment or the settings. */
  readonly typed: ReadonlySet<string>;
  readonly flags: TaskFlags;
  readonly catalog: Catalog;
  readonly terminal: Terminal;
  /** Of phonectl. */
  readonly version: string;
  /** The file that a text or a body comes from. */
  readonly bodyFile?: string | undefined;
  /** What is made of the phones by asking the server, before anything else; then a dry run asks, too. */
  readonly ask?: ((phones: PhoneSource, lookUp: LookUp) => PhoneSource) | undefined;
}

/** A task that is being carried out. */
export interface Undertaking extends Task {
  /** When the run began: where it is resumed, its first part. */
  readonly began: Date;
}
