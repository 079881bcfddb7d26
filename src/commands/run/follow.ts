import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { outputFlags, queuedFlag } from '../../cli/flags.js';

export default class RunFollow extends BaseCommand {
  static override usage = 'run follow RUN [FLAGS]';
  static override summary = 'Follow a run that was handed to workers, from its beginning to its end';
  static override description =
    'From any machine that reaches the queue. The report and the exit code are those that the command would have had. Ctrl-C leaves off following, and the run goes on; run cancel ends it. Where the journal of the run is on this machine, as it was sent from here, it is whole afterwards.';
  static override examples = [
    '<%= config.bin %> run follow 20261127-073201-3f9a --via redis://queue.example.com',
    '<%= config.bin %> run follow last --json',
  ];
  static override args = {
    run: required('which run: its id, the beginning of it, or last, the one that began last in the queue'),
  };
  static override flags = { ...queuedFlag, ...outputFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunFollow);
    const { followAgain } = await import('../../cli/via/follow-again.js');
    const { exitCode, failure, goOn = [] } = await followAgain(args.run, flags, this.terminal);
    await this.terminal.flush();
    if (failure) this.explain(failure);
    this.nextSteps = goOn;
    process.exitCode = exitCode;
  }
}
