import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { FORMATS, orQueuedFlag, outputFlags } from '../../cli/flags.js';
import { opener, reportRun } from '../../cli/report-run.js';

export default class RunReport extends BaseCommand {
  static override usage = 'run report RUN [FLAGS]';
  static override summary = 'Report a run from its journal, in any format';
  static override description =
    'All parts of the run in one report: each phone once, with the last word on it. html is one file without outside resources. The exit code is 0, whatever came of the phones. With --via it is a run of a queue, from whichever machine it was sent; of one that is under way, what has come of it so far.';
  static override examples = [
    '<%= config.bin %> run report last',
    '<%= config.bin %> run report last --output html > report.html',
    '<%= config.bin %> run report 20261125-073201-3f9a --output csv',
    '<%= config.bin %> run report last --via queue --output html > report.html',
  ];
  static override args = { run: required('which run: its id, the beginning of it, last, or the path of a journal') };
  static override flags = {
    ...orQueuedFlag,
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
    await opener(args.run, flags.via)((run) => reportRun(run, flags, this.terminal));
  }
}
