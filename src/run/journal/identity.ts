import type { Subject } from './record.js';

/** By what records of the same phone are known. */
export type Named = Pick<Subject, 'aor' | 'server' | 'profile' | 'row' | 'device'>;

/**
 * The row of an inventory, or AOR and SIP profile where there is none; several devices of one extension share it.
 * @param byRow whether row numbers still mean what they meant; else the AOR counts
 */
export function rowKey({ aor, server, profile, row }: Named, byRow: boolean): string {
  return `${server}\n${byRow && row !== null ? row : `${aor} ${profile}`}`;
}

/** The phone that an order goes to: the row, and which of its devices. */
export function phoneKey(named: Named, byRow: boolean): string {
  return deviceKey(rowKey(named, byRow), named.device);
}

/** One device of a row, or with null the row as one. */
export function deviceKey(row: string, device: string | null): string {
  return device === null ? row : `${row}\n${device}`;
}
