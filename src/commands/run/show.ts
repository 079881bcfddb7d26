import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag } from '../../cli/flags.js';
import { describeRun, runToJson } from '../../cli/output/runs.js';
import { openRun, summarise } from '../../cli/run-journals.js';

export default class RunShow extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'run show RUN [FLAGS]';
  static override summary = 'Say what a run was, what came of it, and how to go on with it';
  static override description = 'RUN is its id, the beginning of it, last, or the path of a journal.';
  static override examples = ['<%= config.bin %> run show last', '<%= config.bin %> run show 20261125-07 --json'];
  static override args = { run: required('which run') };
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunShow);
    const summary = await summarise(await openRun(args.run));
    if (flags.json) this.printJson(runToJson(summary));
    else await this.terminal.write(describeRun(summary));
  }
}
