import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { jsonFlag } from '../../cli/flags.js';
import { describeVendor, labelled, vendorToJson } from '../../cli/output/vendor.js';
import { identify } from '../../vendor/identify.js';

export default class VendorIdentify extends BaseCommand {
  static override usage = 'vendor identify USER-AGENT [FLAGS]';
  static override summary = 'Say whose phone a User-Agent is, and how it is told to resync and to reboot';
  static override examples = ["<%= config.bin %> vendor identify 'Yealink SIP-T46S 66.85.0.5'"];
  static override args = { agent: required('the User-Agent, as sofia status shows it') };
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VendorIdentify);
    const identity = identify(args.agent);
    if (!identity) {
      const hint = 'vendor list shows what is known; a vendor column in the inventory decides without a User-Agent';
      throw new Failure(`no known vendor has the User-Agent "${args.agent}"`, EXIT.short, { hint });
    }
    const { vendor, model, firmware, mac } = identity;
    if (flags.json) return this.printJson({ ...vendorToJson(vendor), model, firmware, mac });
    const head = Object.entries({ vendor: `${vendor.key} (${vendor.label})`, model, firmware, mac }).map(
      ([label, value]) => (value === undefined ? '' : labelled(label, value)),
    );
    await this.terminal.write(`${head.join('')}\n${describeVendor(vendor, model)}`);
  }
}
