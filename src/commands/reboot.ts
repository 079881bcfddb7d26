import { aors } from '../cli/args.js';
import { defaultVendor, defaultVendorFlag } from '../cli/default-vendor.js';
import { SendCommand } from '../cli/send-command.js';
import { dialectOrder } from '../run/dialect-order.js';

export default class Reboot extends SendCommand {
  static override usage = 'reboot [AOR...] [FLAGS]';
  static override summary = 'Reboot phones';
  static override description =
    'Sends each phone the NOTIFY that its vendor understands for it. Asks first; in scripts, --yes says that this is meant.';
  static override examples = [
    '<%= config.bin %> reboot 1000@example.com --default-vendor snom --yes',
    '<%= config.bin %> reboot --inventory phones.csv --where site=berlin --rate 5',
  ];
  static override args = { aor: aors };
  static override flags = defaultVendorFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Reboot);
    await this.send(dialectOrder('reboot', defaultVendor(flags['default-vendor'])), args.aor ?? [], flags);
  }
}
