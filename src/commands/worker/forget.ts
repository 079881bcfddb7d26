import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { anyQueueFlag } from '../../cli/flags.js';
import { printable } from '../../cli/terminal.js';

export default class WorkerForget extends BaseCommand {
  static override usage = 'worker forget NAME [FLAGS]';
  static override summary = 'Have a queue forget a worker that is gone for good';
  static override description =
    'From then on no run waits for the list of its server, and nothing names it any more. A worker that is there is not forgotten: end it first. One that comes back later is known again.';
  static override examples = ['<%= config.bin %> worker forget berlin --via redis://queue.example.com'];
  static override args = { name: required('of which server') };
  static override flags = anyQueueFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WorkerForget);
    const { forgetWorker } = await import('../../cli/via/workers.js');
    const { server, runs } = await forgetWorker(args.name, flags.via);
    for (const run of runs) {
      this.terminal.say(printable(`warning: run ${run} still waits for ${server}; run cancel ${run} ends it`));
    }
    await this.terminal.write(`${printable(`the worker of ${server} is forgotten`)}\n`);
  }
}
