import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, templateFlags } from '../../cli/flags.js';
import { formatColumns } from '../../cli/output/columns.js';

export default class TemplateList extends BaseCommand {
  static override usage = 'template list [FLAGS]';
  static override summary = 'List the templates, shipped ones and your own';
  static override examples = [
    '<%= config.bin %> template list',
    '<%= config.bin %> template list --template-dir ./templates',
  ];
  static override flags = { ...templateFlags, ...jsonFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(TemplateList);
    const catalog = this.catalog(flags['template-dir']);
    const files = await catalog.list();
    const templates = await Promise.all(
      files.map(async ({ name, path, shipped }) => {
        const { source, names } = await catalog.load(name);
        return { name, event: source.event, about: source.description, reads: names, shipped, path };
      }),
    );
    if (flags.json) this.printJson({ templates });
    else {
      const rows = templates.map(({ name, event, about, shipped }) => [
        name,
        event,
        shipped ? about : `${about} (own)`,
      ]);
      await this.terminal.write(formatColumns(['NAME', 'EVENT', 'ABOUT'], rows));
    }
  }
}
