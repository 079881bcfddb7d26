import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { followFlags, followOutputFlag } from '../../cli/esl/flags.js';
import { followLog } from '../../cli/esl/log.js';
import { connectionFlags } from '../../cli/flags.js';

export default class EslLog extends BaseCommand {
  static override usage = 'esl log [LEVEL] [FLAGS]';
  static override summary = "Show FreeSWITCH's log while it is written";
  static override description =
    'LEVEL is console, alert, crit, err, warning, notice, info or debug, or its number; warn, error and critical are understood as well; debug if none is given. Coloured by level on a terminal. A connection that is lost comes back, and what was missed meanwhile is said on stderr.';
  static override examples = [
    '<%= config.bin %> esl log warning',
    "<%= config.bin %> esl log --grep '1000@example\\.com'",
    '<%= config.bin %> esl log err --output jsonl --for 1h',
  ];
  static override args = {
    level: Args.string({ description: 'up to which level', default: 'debug', ignoreStdin: true }),
  };
  static override flags = {
    grep: Flags.string({ helpValue: 'REGEX', summary: 'only entries that it fits; those of several lines stay whole' }),
    ...followOutputFlag,
    ...followFlags,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslLog);
    await followLog(args.level, flags, this.terminal);
  }
}
