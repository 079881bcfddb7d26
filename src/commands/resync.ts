import { aors } from '../cli/args.js';
import { defaultVendor, defaultVendorFlag } from '../cli/default-vendor.js';
import { SendCommand } from '../cli/send-command.js';
import { dialectOrder } from '../run/dialect-order.js';

export default class Resync extends SendCommand {
  static override usage = 'resync [AOR...] [FLAGS]';
  static override summary = 'Make phones read their settings again';
  static override description =
    "Sends each phone the NOTIFY that its vendor understands for it. Whether a phone reboots for that is the vendor's or the phone's own matter; vendor list says what is known.";
  static override examples = [
    '<%= config.bin %> resync 1000@example.com --default-vendor yealink',
    '<%= config.bin %> resync --inventory phones.csv --where vendor=snom',
    '<%= config.bin %> resync --inventory phones.csv --dry-run',
  ];
  static override args = { aor: aors };
  static override flags = defaultVendorFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Resync);
    await this.send(dialectOrder('resync', defaultVendor(flags['default-vendor'])), args.aor ?? [], flags);
  }
}
