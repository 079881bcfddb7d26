import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { queuedFlag } from '../../cli/flags.js';

export default class RunCancel extends BaseCommand {
  static override usage = 'run cancel RUN [FLAGS]';
  static override summary = 'End a run that was handed to workers, everywhere';
  static override description =
    'No worker sends anything more of it; phones that were not told are not-sent. What is on its way already comes to its outcome. A run that is not whole, as its sender ended while it handed it over, is forgotten.';
  static override examples = [
    '<%= config.bin %> run cancel 20261127-073201-3f9a --via redis://queue.example.com',
    '<%= config.bin %> run cancel last',
  ];
  static override args = {
    run: required('which run: its id, the beginning of it, or last, the one that began last in the queue'),
  };
  static override flags = queuedFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunCancel);
    const { cancelRun } = await import('../../cli/via/cancel.js');
    await this.terminal.write(`${await cancelRun(args.run, flags.via)}\n`);
  }
}
