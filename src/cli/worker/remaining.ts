import { isDeviceRow } from '../../queue/settle.js';
import type { Named } from '../../run/journal/identity.js';
import type { OutcomeRecord } from '../../run/journal/record.js';
import { rowOf, type SlicePast } from './slice-past.js';

/**
 * The outcomes that are missing of a slice that ends before its end.
 * @param rows what is said of each of its rows, given as one phone
 * @param told the phones that this claim has an outcome of
 * @param past what earlier claims have done
 */
export function remaining(
  rows: readonly OutcomeRecord[],
  told: readonly Named[],
  past: Pick<SlicePast, 'left' | 'begun'> | undefined,
): OutcomeRecord[] {
  const keys = new Set(told.map(rowOf));
  const others = rows.filter((row) => !isDeviceRow(row) && !keys.has(rowOf(row)));
  const devices = devicesWithout(rows.filter(isDeviceRow), [...(past?.begun() ?? []), ...told]);
  return [...others.flatMap((row) => past?.left(row) ?? [row]), ...devices];
}

/**
 * Devices are known by their Call-IDs. One that has restarted since it was listed, or is alone on its extension by now, goes by another
 * one or by none: such a phone stands for any device of the extension that is not there under its own.
 */
function devicesWithout(rows: readonly OutcomeRecord[], phones: readonly Named[]): OutcomeRecord[] {
  const own = new Set(rows.map(deviceOf));
  const found = new Set<string>();
  const others = new Map<string, number>();
  for (const phone of phones) {
    if (own.has(deviceOf(phone))) found.add(deviceOf(phone));
    else others.set(extensionOf(phone), (others.get(extensionOf(phone)) ?? 0) + 1);
  }
  return rows.filter((row) => {
    if (found.has(deviceOf(row))) return false;
    const more = others.get(extensionOf(row)) ?? 0;
    others.set(extensionOf(row), more - 1);
    return more <= 0;
  });
}

function extensionOf({ aor, profile }: Named): string {
  return `${aor} ${profile}`;
}

function deviceOf(named: Named): string {
  return `${extensionOf(named)} ${named.device}`;
}
