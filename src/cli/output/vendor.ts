import type { Vendor } from '../../vendor/vendor.js';

/** A vendor as JSON documents have it. */
export function vendorToJson({ key, label, names, resync, reboot, challenge, notes, samples }: Vendor): object {
  return { vendor: key, label, names, resync, reboot, challenge, notes, samples };
}
