import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, selectionFlags } from '../../cli/flags.js';
import { censusToJson, describeCensus } from '../../cli/output/census.js';
import { openPhones } from '../../cli/phones.js';
import { wrongRowsFailure } from '../../cli/wrong-rows.js';
import { census } from '../../run/census.js';

export default class InventoryCheck extends BaseCommand {
  static override usage = 'inventory check FILE [FLAGS]';
  static override summary = 'Check a CSV file of phones, without a server';
  static override examples = [
    '<%= config.bin %> inventory check phones.csv',
    '<%= config.bin %> inventory check phones.csv --map user=Nebenstelle',
  ];
  static override args = { file: required('CSV file; - reads stdin') };
  static override flags = {
    domain: selectionFlags.domain,
    delimiter: selectionFlags.delimiter,
    map: selectionFlags.map,
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryCheck);
    const phones = await openPhones([], { ...flags, inventory: args.file });
    try {
      const found = await census(phones.entries());
      if (found.wrong > 0) throw wrongRowsFailure(found, phones.name);
      if (flags.json)
        this.printJson({
          file: phones.name,
          columns: phones.columns(),
          encoding: phones.encoding ?? 'UTF-8',
          ...censusToJson(found),
        });
      else await this.terminal.write(describeCensus(found, phones));
    } finally {
      await phones.close();
    }
  }
}
