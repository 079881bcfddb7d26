import { phonesFromArguments } from '../inventory/arguments.js';
import type { Phone, PhoneSource } from '../inventory/phone.js';
import { select } from '../inventory/select.js';
import { parseWhere } from '../inventory/where.js';
import { vendorOf } from '../run/dialect-order.js';
import { usageError } from './failure.js';
import { parsePairs } from './flag-values.js';
import { columnAliases } from './settings.js';

/** The selection flags, as oclif parses them. */
export interface SelectionFlags {
  readonly inventory?: string | undefined;
  readonly where?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly domain?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly map?: readonly string[] | undefined;
}

/**
 * The phones that a command line selects: AORs, or an inventory, narrowed. Close it.
 * @throws Failure, InventoryError, WhereError
 */
export async function openPhones(aors: readonly string[], flags: SelectionFlags): Promise<PhoneSource> {
  return narrow(await openSource(aors, flags), flags);
}

/** The part of a source that `--where` and `--limit` select. */
export function narrow(source: PhoneSource, flags: Pick<SelectionFlags, 'where' | 'limit'>): PhoneSource {
  const where = (flags.where ?? []).map(parseWhere);
  return select(source, { where, recognise: BY_DIALECT, ...(flags.limit !== undefined && { limit: flags.limit }) });
}

/** `--where vendor=cisco-spa` means what `inventory list` shows, not only what the cell says (`Linksys`). */
const BY_DIALECT = {
  columns: ['vendor', 'model'],
  of(phone: Phone) {
    const found = vendorOf(phone);
    return found.kind === 'vendor' ? { vendor: found.vendor.key, model: found.model } : {};
  },
};

async function openSource(aors: readonly string[], flags: SelectionFlags): Promise<PhoneSource> {
  const { inventory, domain, delimiter, map } = flags;
  if (inventory === undefined) {
    if (aors.length > 0) return phonesFromArguments(aors, domain);
    throw usageError(
      'no phone is named',
      'give AORs, such as 1000@example.com, an inventory: -i phones.csv, or --registered',
    );
  }
  if (aors.length > 0) {
    throw usageError(`both ${aors[0]} and --inventory`, 'give AORs or an inventory; --where narrows an inventory');
  }
  const { openInventory } = await import('../inventory/read-csv.js');
  return openInventory({
    path: inventory,
    map: parsePairs('map', map),
    aliases: await columnAliases(),
    ...(domain !== undefined && { defaultDomain: domain }),
    ...(delimiter !== undefined && { delimiter }),
  });
}
