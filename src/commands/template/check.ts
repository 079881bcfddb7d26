import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { jsonFlag, templateFlags } from '../../cli/flags.js';
import { plural } from '../../cli/plural.js';
import { checkTemplate } from '../../payload/check-template.js';
import { TemplateError } from '../../payload/errors.js';

export default class TemplateCheck extends BaseCommand {
  static override usage = 'template check [TEMPLATE...] [FLAGS]';
  static override summary = 'Check templates against the rules of their events';
  static override description = 'Without a name, all of them. Needs no server and no phones.';
  static override examples = [
    '<%= config.bin %> template check ./fire-drill.hbs',
    '<%= config.bin %> template check --template-dir ./templates',
  ];
  static override args = { template: several('names of templates, or paths of files') };
  static override flags = { ...templateFlags, ...jsonFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TemplateCheck);
    const catalog = this.catalog(flags['template-dir']);
    const names = args.template ?? (await catalog.list()).map(({ name }) => name);
    const problems = await Promise.all(
      names.map(async (name) => {
        try {
          return checkTemplate(await catalog.load(name)).map((problem) => `${name}: ${problem}`);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          return [error.hint === undefined ? error.message : `${error.message} (${error.hint})`];
        }
      }),
    );
    const details = problems.flat();
    const checked = plural(names.length, 'template');
    if (details.length > 0)
      throw new Failure(`${checked} checked, ${plural(details.length, 'problem')}`, EXIT.input, { details });
    if (flags.json) this.printJson({ templates: names, problems: [] });
    else await this.terminal.write(`${checked}: no problems\n`);
  }
}
