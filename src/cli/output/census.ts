import type { PhoneSource } from '../../inventory/phone.js';
import type { Census } from '../../run/census.js';
import { findVendor } from '../../vendor/find.js';
import { plural } from '../plural.js';
import { printable } from '../terminal.js';

/** What is in an inventory, for people. */
export function describeCensus(found: Census, phones: PhoneSource): string {
  const makes = [...found.vendors].sort(([, a], [, b]) => b - a).map(([vendor, count]) => `${count} ${vendor}`);
  const lines = [
    `${phones.name}: ${plural(found.phones, 'phone')}, no problems`,
    ...(phones.encoding === undefined ? [] : [`read as: ${phones.encoding}`]),
    `columns: ${phones.columns().join(', ')}`,
    `vendors: ${makes.join(', ')}`,
    ...[...found.unknownVendors].map(
      ([name, count]) => `unknown vendor "${name}" in ${plural(count, 'row')}${near(name)}`,
    ),
    ...(found.duplicates > 0 ? [`duplicates: ${found.duplicates}, which will be skipped`] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** The same as a JSON document has it. */
export function censusToJson({ vendors, unknownVendors, ...rest }: Census): object {
  return { ...rest, vendors: Object.fromEntries(vendors), unknownVendors: Object.fromEntries(unknownVendors) };
}

function near(name: string): string {
  const found = findVendor(name);
  return found.kind === 'unknown' && found.near.length > 0 ? `; near it: ${found.near.join(', ')}` : '';
}
