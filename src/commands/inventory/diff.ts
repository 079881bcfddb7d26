import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { diffInventory } from '../../cli/diff.js';
import { usageError } from '../../cli/failure.js';
import { connectionFlags, jsonFlag, selectionFlags } from '../../cli/flags.js';

export default class InventoryDiff extends BaseCommand {
  static override usage = 'inventory diff FILE [FLAGS]';
  static override summary = 'Compare a CSV file of phones with who is registered';
  static override description =
    'Shows what is in the file and not registered, with the reason; what is registered and not in the file; and phones of another vendor than their row says. Rows are found by AOR and SIP profile; a row without a profile is found on any. --where and --limit choose which rows are compared; what is not in the file is looked for in all of it. The exit code is 0 if both agree, 5 if they differ.';
  static override examples = [
    '<%= config.bin %> inventory diff phones.csv',
    "<%= config.bin %> inventory diff phones.csv --where 'floor=3' --json",
    '<%= config.bin %> inventory diff phones.csv --quiet',
  ];
  static override args = { file: Args.string({ description: 'CSV file; - reads stdin', ignoreStdin: true }) };
  static override flags = {
    ...selectionFlags,
    'sip-profile': Flags.string({
      helpValue: 'PROFILE',
      summary: 'SIP profile of rows that name none; phones on others need not be in the file',
      env: 'PHONECTL_SIP_PROFILE',
      helpGroup: 'PHONES',
    }),
    'skip-invalid': Flags.boolean({
      default: false,
      summary: 'compare the others although some rows are wrong',
      helpGroup: 'PHONES',
    }),
    ...connectionFlags,
    quiet: Flags.boolean({
      default: false,
      char: 'q',
      summary: 'show only differences, on stderr',
      exclusive: ['json'],
    }),
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryDiff);
    if (args.file !== undefined && flags.inventory !== undefined) {
      throw usageError(`both ${args.file} and --inventory`, 'name one file');
    }
    const inventory = args.file ?? flags.inventory;
    if (inventory === undefined) throw usageError('no file is named', 'phonectl inventory diff phones.csv');
    process.exitCode = await diffInventory({ ...flags, inventory }, this.terminal);
  }
}
