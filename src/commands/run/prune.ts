import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { parseSpan } from '../../cli/flag-values.js';
import { formatBytes } from '../../cli/output/runs.js';
import { plural } from '../../cli/plural.js';
import { pruneRuns } from '../../cli/run-journals.js';

export default class RunPrune extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'run prune --keep TIME';
  static override summary = 'Delete the journals of old runs';
  static override examples = ['<%= config.bin %> run prune --keep 90d'];
  static override flags = {
    keep: Flags.string({ helpValue: 'TIME', required: true, summary: 'how young a run must be to be kept: 90d, 12h' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(RunPrune);
    const removed = await pruneRuns(parseSpan('keep', flags.keep));
    const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
    await this.terminal.write(`deleted ${plural(removed.length, 'run')}, ${formatBytes(bytes)}\n`);
  }
}
