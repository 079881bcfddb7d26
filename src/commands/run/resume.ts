import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { outputFlags, survivalFlags } from '../../cli/flags.js';
import { argumentsToResume } from '../../cli/resume.js';

export default class RunResume extends BaseCommand {
  static override usage = 'run resume RUN [FLAGS]';
  static override summary = 'Go on with a run that broke off';
  static override description =
    'With the same phones in the same order, and the same flags. Who was told is not told again; who was not is told now. Nobody knows of those whose order was written and whose reply was not whether they were told: they stay unknown, unless --retry-unknown says that once more does no harm.';
  static override examples = ['<%= config.bin %> run resume last', '<%= config.bin %> run resume last --retry-unknown'];
  static override args = { run: required('which run: its id, the beginning of it, last, or the path of a journal') };
  static override flags = {
    'accept-changes': Flags.boolean({
      default: false,
      summary: 'go on although the inventory, a template or the text is not what it was',
    }),
    'retry-unknown': survivalFlags['retry-unknown'],
    quiet: outputFlags.quiet,
    verbose: outputFlags.verbose,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RunResume);
    const { command, argv } = await argumentsToResume(args.run, flags);
    await this.config.runCommand(command, argv);
  }
}
