import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, orQueuedFlag } from '../../cli/flags.js';
import { describeQueued, describeRuns, listedToJson, queuedToJson } from '../../cli/output/runs.js';
import { listRuns } from '../../cli/run-journals.js';

export default class RunList extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'run list [FLAGS]';
  static override summary = 'List the runs that have a journal, with their age and size';
  static override description =
    'With --via those of a queue, from whichever machine they were sent: how many of their slices are done, and which servers they wait for as their workers do not answer. A queue keeps a run for 30 days after its end.';
  static override examples = [
    '<%= config.bin %> run list',
    '<%= config.bin %> run list --json',
    '<%= config.bin %> run list --via queue',
  ];
  static override flags = { ...orQueuedFlag, ...jsonFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(RunList);
    if (flags.via !== undefined) return this.#listQueued(flags.via, flags.json);
    const runs = await listRuns();
    if (flags.json) this.printJson({ runs: runs.map(listedToJson) });
    else await this.terminal.write(describeRuns(runs, Date.now()));
  }

  async #listQueued(via: string, isJson: boolean): Promise<void> {
    const { listQueued } = await import('../../cli/via/list.js');
    const runs = await listQueued(via);
    if (isJson) this.printJson({ runs: runs.map(queuedToJson) });
    else await this.terminal.write(describeQueued(runs, Date.now()));
  }
}
