import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.js';
import { usageError } from '../../cli/failure.js';
import { jsonFlag, selectionFlags } from '../../cli/flags.js';
import { listPhonesAsJson, listPhonesAsTable } from '../../cli/output/phones.js';
import { openPhones } from '../../cli/phones.js';

export default class InventoryList extends BaseCommand {
  static override usage = 'inventory list FILE [FLAGS]';
  static override summary = 'Show which phones a selection selects, without a server';
  static override examples = [
    '<%= config.bin %> inventory list phones.csv',
    "<%= config.bin %> inventory list phones.csv --where 'vendor=snom' --where 'floor!=3'",
  ];
  static override args = { file: Args.string({ description: 'CSV file; - reads stdin', ignoreStdin: true }) };
  static override flags = { ...selectionFlags, ...jsonFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryList);
    if (args.file !== undefined && flags.inventory !== undefined) {
      throw usageError(`both ${args.file} and --inventory`, 'name one file');
    }
    const phones = await openPhones([], { ...flags, inventory: args.file ?? flags.inventory });
    try {
      await (flags.json ? listPhonesAsJson : listPhonesAsTable)(phones, this.terminal);
    } finally {
      await phones.close();
    }
  }
}
