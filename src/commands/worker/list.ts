import { BaseCommand } from '../../cli/base-command.js';
import { anyQueueFlag, jsonFlag } from '../../cli/flags.js';

export default class WorkerList extends BaseCommand {
  static override usage = 'worker list [FLAGS]';
  static override summary = 'List the workers of a queue: for which servers, and whether they are there';
  static override description =
    'A worker tells of itself every 5 seconds; one that has been silent for 15 is gone. Of several workers of one server the last one is shown.';
  static override examples = [
    '<%= config.bin %> worker list --via redis://queue.example.com',
    '<%= config.bin %> worker list --json',
  ];
  static override flags = { ...anyQueueFlag, ...jsonFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(WorkerList);
    const { describeWorkers, listWorkers, workerToJson } = await import('../../cli/via/workers.js');
    const workers = await listWorkers(flags.via);
    if (flags.json) this.printJson({ workers: workers.map(workerToJson) });
    else await this.terminal.write(describeWorkers(workers));
  }
}
