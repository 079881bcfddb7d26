import * as Flags from '@oclif/core/flags';
import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { jsonFlag, templateFlags } from '../../cli/flags.js';
import { checkTemplates, describeFindings, summarize } from '../../cli/template-check.js';

export default class TemplateCheck extends BaseCommand {
  static override usage = 'template check [TEMPLATE...] [FLAGS]';
  static override summary = 'Check templates against the rules of their events';
  static override description =
    'Tells all that is wrong, each with its file, line and column: errors, warnings, and as notes the columns that a ' +
    'template of your own wants. Without a name, all templates. Exits with 3 if there is an error. Needs no server and no phones.';
  static override examples = [
    '<%= config.bin %> template check ./fire-drill.hbs',
    '<%= config.bin %> template check ./templates --strict',
  ];
  static override args = { template: several('names of templates, paths of files, or folders') };
  static override flags = {
    strict: Flags.boolean({ default: false, summary: 'warnings are errors' }),
    ...templateFlags,
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TemplateCheck);
    const { templates, problems: found } = await checkTemplates(
      this.catalog(flags['template-dir']),
      args.template ?? [],
    );
    const problems = flags.strict
      ? found.map((one) => (one.severity === 'warning' ? { ...one, severity: 'error' as const } : one))
      : found;
    if (flags.json) this.printJson({ templates, problems });
    else await this.terminal.write(describeFindings(problems));
    const summary = summarize({ templates, problems });
    if (problems.some(({ severity }) => severity === 'error')) {
      await this.terminal.flush();
      this.explain(new Failure(summary, EXIT.input));
      process.exitCode = EXIT.input;
    } else if (!flags.json) await this.terminal.write(`${summary}\n`);
  }
}
