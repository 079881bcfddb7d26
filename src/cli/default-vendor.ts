import * as Flags from '@oclif/core/flags';
import { findVendor } from '../vendor/find.js';
import type { Vendor } from '../vendor/vendor.js';
import { usageError } from './failure.js';

export const defaultVendorFlag = {
  'default-vendor': Flags.string({
    summary: 'vendor of phones whose row names none or an unknown one',
    env: 'PHONECTL_DEFAULT_VENDOR',
    helpGroup: 'PHONES',
  }),
};

/**
 * The vendor that `--default-vendor` names.
 * @throws Failure
 */
export function defaultVendor(name: string | undefined): Vendor | undefined {
  if (name === undefined) return undefined;
  const found = findVendor(name);
  if (found.kind === 'vendor') return found.vendor;
  if (found.kind === 'ambiguous') {
    throw usageError(
      `--default-vendor ${name} can be ${found.candidates.map(({ key }) => key).join(', ')}`,
      'say which',
    );
  }
  const hint = found.near.length > 0 ? `near it: ${found.near.join(', ')}` : 'vendor list shows all';
  throw usageError(`--default-vendor ${name}: there is no such vendor`, hint);
}
