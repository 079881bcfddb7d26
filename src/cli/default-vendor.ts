import * as Flags from '@oclif/core/flags';
import { findVendor } from '../vendor/find.js';
import type { Vendor } from '../vendor/vendor.js';
import { usageError } from './failure.js';

export const defaultVendorFlag = {
  'default-vendor': Flags.string({
    helpValue: 'VENDOR',
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
  return name === undefined ? undefined : vendorNamed(name, '--default-vendor ');
}

/**
 * The vendor that a name on the command line means. `flag` is what stands before the name.
 * @throws Failure
 */
export function vendorNamed(name: string, flag = ''): Vendor {
  const found = findVendor(name);
  if (found.kind === 'vendor') return found.vendor;
  if (found.kind === 'ambiguous') {
    throw usageError(`${flag}${name} can be ${found.candidates.map(({ key }) => key).join(', ')}`, 'say which');
  }
  const hint = found.near.length > 0 ? `near it: ${found.near.join(', ')}` : 'vendor list shows all';
  throw usageError(`${flag}${name}: there is no such vendor`, hint);
}
