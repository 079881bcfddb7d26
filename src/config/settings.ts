import type { QueueUrl } from './queue-url.js';

/** A value, and who said so: `/etc/phonectl/config.yaml:3`. */
export interface Sourced<Value = string> {
  readonly value: Value;
  readonly from: string;
}

/** What a vendor's phones are told instead of what the table says. */
export type OrderSetting =
  /** The event string of a NOTIFY. */
  | { readonly event: string }
  | { readonly template: string; readonly values: Readonly<Record<string, string>> }
  /** Nothing, and why. */
  | { readonly none: string };

/** What is said of a vendor: a change of one that is known, or a new one. */
export interface VendorSetting {
  readonly from: string;
  readonly label: string | undefined;
  readonly userAgent: RegExp | undefined;
  readonly resync: OrderSetting | undefined;
  readonly reboot: OrderSetting | undefined;
}

/** A server with a name. */
export interface ServerEntry {
  readonly name: string;
  readonly from: string;
  readonly host: string;
  readonly port: number | undefined;
  /** `user@domain`, for `userauth`. */
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  /** Only fs_cli's files have it in themselves. */
  readonly password: string | undefined;
  /** What holds for this server alone. */
  readonly settings: ReadonlyMap<string, Sourced>;
  readonly vendors: ReadonlyMap<string, VendorSetting>;
}

/** The queue of a file of settings. */
export interface QueueEntry {
  readonly from: string;
  /** Where it is; its user may stand there or beside it. */
  readonly url: QueueUrl;
  readonly passwordFile: string | undefined;
  /** PEM, for a certificate that no public CA vouches for. */
  readonly caFile: string | undefined;
  readonly prefix: string | undefined;
}

/** What one file, or all together, say. */
export interface Settings {
  /** By their names, which are those of the flags. */
  readonly values: ReadonlyMap<string, Sourced>;
  /** By their names in lower case. */
  readonly servers: ReadonlyMap<string, ServerEntry>;
  /** The servers that are meant if none is named. */
  readonly chosen: Sourced<readonly string[]> | undefined;
  /** Columns by the headers that files have for them. */
  readonly columns: ReadonlyMap<string, Sourced>;
  readonly vendors: ReadonlyMap<string, VendorSetting>;
  /** Where runs are handed over. */
  readonly queue: QueueEntry | undefined;
}

export const NO_SETTINGS: Settings = {
  values: new Map(),
  servers: new Map(),
  chosen: undefined,
  columns: new Map(),
  vendors: new Map(),
  queue: undefined,
};

/** Several as one: of what two of them say, the earlier counts. Servers and the queue are taken whole, so that no file adds to one of another's. */
export function mergeSettings(all: readonly Settings[]): Settings {
  const backwards = [...all].reverse();
  const merge = <Value>(maps: readonly ReadonlyMap<string, Value>[]) => new Map(maps.flatMap((map) => [...map]));
  return {
    values: merge(backwards.map(({ values }) => values)),
    servers: merge(backwards.map(({ servers }) => servers)),
    chosen: all.find(({ chosen }) => chosen !== undefined)?.chosen,
    columns: merge(backwards.map(({ columns }) => columns)),
    vendors: merge(backwards.map(({ vendors }) => vendors)),
    queue: all.find(({ queue }) => queue !== undefined)?.queue,
  };
}
