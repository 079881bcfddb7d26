import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { exportRegistrations } from '../../cli/export.js';
import { connectionFlags, jsonFlag, selectionFlags } from '../../cli/flags.js';

export default class InventoryExport extends BaseCommand {
  static override usage = 'inventory export [FLAGS]';
  static override summary = 'Write the phones that are registered as a CSV file, ready to be an inventory';
  static override description =
    "Each device is a row, in the server's order, with the vendor, model, firmware and MAC address that its User-Agent tells. A cell that a spreadsheet would take for a formula begins with ', which phonectl takes away again when it reads the file.";
  static override examples = [
    '<%= config.bin %> inventory export > phones.csv',
    "<%= config.bin %> inventory export --where vendor=yealink --where 'firmware=66.8*'",
    '<%= config.bin %> inventory export --sip-profile internal --json',
  ];
  static override flags = {
    where: selectionFlags.where,
    limit: selectionFlags.limit,
    'sip-profile': Flags.string({
      helpValue: 'PROFILE',
      summary: 'only what is registered on this SIP profile',
      env: 'PHONECTL_SIP_PROFILE',
      helpGroup: 'PHONES',
    }),
    ...connectionFlags,
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(InventoryExport);
    await exportRegistrations(flags, this.terminal);
  }
}
