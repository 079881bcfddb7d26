import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag } from '../../cli/flags.js';
import { formatColumns } from '../../cli/output/columns.js';
import { vendorToJson } from '../../cli/output/vendor.js';
import { knownVendors } from '../../vendor/known.js';
import type { NoOrder, VendorOrder } from '../../vendor/vendor.js';

export default class VendorList extends BaseCommand {
  static override usage = 'vendor list [FLAGS]';
  static override summary = 'List the vendors and how each is told to resync and to reboot';
  static override description =
    'Certainty: documented by the maker or tested; other-pbx: another telephone system sends it; assumed: custom only; configured: your settings say so.';
  static override examples = ['<%= config.bin %> vendor list', '<%= config.bin %> vendor list --json'];
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { flags } = await this.parse(VendorList);
    if (flags.json) return this.printJson({ vendors: knownVendors().map(vendorToJson) });
    const rows = knownVendors().map(({ key, resync, reboot, label }) => [key, order(resync), order(reboot), label]);
    await this.terminal.write(formatColumns(['VENDOR', 'RESYNC', 'REBOOT', 'PHONES'], rows));
  }
}

function order(order: VendorOrder | NoOrder): string {
  return 'none' in order ? '-' : `${order.template} (${order.certainty})`;
}
