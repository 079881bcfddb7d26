import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag } from '../../cli/flags.js';
import { describeRuns, listedToJson } from '../../cli/output/runs.js';
import { listRuns } from '../../cli/run-journals.js';

export default class RunList extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'run list [FLAGS]';
  static override summary = 'List the runs that have a journal, with their age and size';
  static override examples = ['<%= config.bin %> run list', '<%= config.bin %> run list --json'];
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { flags } = await this.parse(RunList);
    const runs = await listRuns();
    if (flags.json) this.printJson({ runs: runs.map(listedToJson) });
    else await this.terminal.write(describeRuns(runs, Date.now()));
  }
}
