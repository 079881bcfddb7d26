import { readFile } from 'node:fs/promises';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { templateFlags } from '../../cli/flags.js';
import { HELPERS } from '../../payload/helpers.js';

export default class TemplateShow extends BaseCommand {
  static override usage = 'template show TEMPLATE [FLAGS]';
  static override summary = 'Show a template and what it reads';
  static override examples = ['<%= config.bin %> template show snom-text'];
  static override args = { template: required('name of a template, or path of a file') };
  static override flags = templateFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TemplateShow);
    const catalog = this.catalog(flags['template-dir']);
    const { names, partials } = await catalog.load(args.template);
    const { path } = await catalog.find(args.template);
    await this.terminal.write(await readFile(path, 'utf8'));
    await this.terminal.flush();
    this.terminal.say(`\n# ${path}\n# reads: ${names.join(', ') || 'nothing'}`);
    if (partials.size > 0) this.terminal.say(`# partials: ${[...partials.keys()].join(', ')}`);
    this.terminal.say('# helpers:');
    for (const { usage, about } of Object.values(HELPERS)) this.terminal.say(`#   ${usage.padEnd(30)} ${about}`);
  }
}
