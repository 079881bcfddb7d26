import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { FORMATS, outputFlags } from '../../cli/flags.js';
import { reportRun } from '../../cli/report-run.js';

export default class RunReport extends BaseCommand {
  static override usage = 'run report RUN [FLAGS]';
  static override summary = 'Report a run from its journal, in any format';
  static override description =
    'All parts of the run in one report: each phone once, with the last word on it. html is one file without outside resources. The exit code is 0, whatever came of the phones.';
  static override examples = [
    '<%= config.bin %> run report last',
    '<%= config.bin %> run report last --output html > report.html',
    '<%= config.bin %> run report 20261125-073201-3f9a --output csv',
  ];
  static override args = { run: required('which run: its id, the beginning of it, last, or the path of a journal') };
  static override flags = {
    output: Flags.option({
      char: 'o',
      options: [...FORMATS, 'html'] as const,
      default: 'table' as const,
      summary: 'format of the report',
    })(),
    json: outputFlags.json,
    verbose: outputFlags.verbose,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunReport);
    await reportRun(args.run, flags, this.terminal);
  }
}
