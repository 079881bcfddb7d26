import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { vendorNamed } from '../../cli/default-vendor.js';
import { jsonFlag } from '../../cli/flags.js';
import { describeVendor, vendorToJson } from '../../cli/output/vendor.js';

export default class VendorShow extends BaseCommand {
  static override usage = 'vendor show VENDOR [FLAGS]';
  static override summary = 'Show how the phones of a vendor are told, and what must be set on them';
  static override description =
    `For when a phone does nothing: the templates that resync, reboot, lamp and text use, whether the phone wants a password, and the settings on which it depends, by their names in its configuration and "in quotes" in its web interface.

Certainty: documented by the maker or tested; other-pbx: another telephone system does so; assumed: custom only.`;
  static override examples = [
    '<%= config.bin %> vendor show yealink',
    '<%= config.bin %> vendor show "Cisco SPA" --json',
  ];
  static override args = { vendor: required('a name from vendor list, or a make') };
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VendorShow);
    const vendor = vendorNamed(args.vendor);
    if (flags.json) return this.printJson(vendorToJson(vendor));
    await this.terminal.write(`${vendor.key}: ${vendor.label}\n\n${describeVendor(vendor)}`);
  }
}
