import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { jsonFlag, selectionFlags } from '../../cli/flags.js';
import { openPhones } from '../../cli/phones.js';
import { describeProblem } from '../../inventory/row-problem.js';
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
      const details = found.problems.map((problem) => describeProblem(phones.name, problem));
      const { wrong } = found;
      if (wrong > 0) {
        if (found.moreProblems > 0) details.push(`… and ${found.moreProblems} more`);
        const rows = wrong === 1 ? '1 row is wrong' : `${wrong} rows are wrong`;
        throw new Failure(`${phones.name}: ${rows}, ${found.phones} are good`, EXIT.input, { details });
      }
      const { vendors, ...rest } = found;
      if (flags.json)
        return this.printJson({
          file: phones.name,
          columns: phones.columns(),
          ...rest,
          vendors: Object.fromEntries(vendors),
        });
      await this.terminal.write(`${phones.name}: ${found.phones} phones, no problems\n`);
      await this.terminal.write(`columns: ${phones.columns().join(', ')}\n`);
      const makes = [...vendors].sort(([, a], [, b]) => b - a).map(([vendor, count]) => `${count} ${vendor}`);
      await this.terminal.write(`vendors: ${makes.join(', ')}\n`);
      if (found.duplicates > 0) await this.terminal.write(`duplicates: ${found.duplicates}, which will be skipped\n`);
    } finally {
      await phones.close();
    }
  }
}
