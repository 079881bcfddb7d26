import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, orQueuedFlag } from '../../cli/flags.js';
import { describeRun, runToJson } from '../../cli/output/runs.js';
import { opener } from '../../cli/report-run.js';
import { summarise } from '../../cli/run-journals.js';

export default class RunShow extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'run show RUN [FLAGS]';
  static override summary = 'Say what a run was, what came of it, and how to go on with it';
  static override description =
    'RUN is its id, the beginning of it, last, or the path of a journal. With --via it is a run of a queue, from whichever machine it was sent; of one that is under way it says how many of its slices are done, and which servers it waits for as their workers do not answer.';
  static override examples = [
    '<%= config.bin %> run show last',
    '<%= config.bin %> run show 20261125-07 --json',
    '<%= config.bin %> run show last --via queue',
  ];
  static override args = { run: required('which run') };
  static override flags = { ...orQueuedFlag, ...jsonFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunShow);
    const summary = await opener(args.run, flags.via)(summarise);
    if (flags.json) this.printJson(runToJson(summary));
    else await this.terminal.write(describeRun(summary));
  }
}
