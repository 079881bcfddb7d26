import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { templateFlags } from '../../cli/flags.js';
import { newTemplate } from '../../cli/template-new.js';
import { printable } from '../../cli/terminal.js';
import { foldersOf } from '../../payload/catalog.js';
import { STARTER_EVENTS } from '../../payload/starter.js';

export default class TemplateNew extends BaseCommand {
  static override usage = 'template new NAME [FLAGS]';
  static override summary = 'Begin a template of your own';
  static override description =
    'Writes NAME.hbs into --template-dir, the first of several, or into the current folder: with the headers that the ' +
    'event needs, or as a copy of a shipped template. A file that is there already is left alone.';
  static override examples = [
    '<%= config.bin %> template new fire-drill --event SEND_MESSAGE',
    '<%= config.bin %> template new our-text --from snom-text --template-dir ./templates',
  ];
  static override args = { name: required('name of the template') };
  static override flags = {
    event: Flags.string({
      summary: 'event that it sends',
      helpValue: 'EVENT',
      options: [...STARTER_EVENTS],
      default: 'NOTIFY',
      exclusive: ['from'],
    }),
    from: Flags.string({ summary: 'template that it is a copy of', helpValue: 'TEMPLATE' }),
    ...templateFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TemplateNew);
    const { 'template-dir': folders, from, event } = flags;
    const [folder] = foldersOf(folders ?? '');
    const { path, nextSteps } = await newTemplate(this.catalog(folders), { name: args.name, folder, from, event });
    await this.terminal.write(`${printable(path)}\n`);
    this.nextSteps = nextSteps;
  }
}
