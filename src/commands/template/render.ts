import { aors, required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { parsePairs } from '../../cli/flag-values.js';
import { outputFlags, selectionFlags, sendingFlags, setFlag, templateFlags } from '../../cli/flags.js';
import { carryOut } from '../../cli/sending.js';
import { templateOrder } from '../../run/template-order.js';

export default class TemplateRender extends BaseCommand {
  static override usage = 'template render TEMPLATE [AOR...] [FLAGS]';
  static override summary = 'Show the bytes that a template makes for phones';
  static override description = 'The same as send --dry-run. Needs no server.';
  static override examples = [
    "<%= config.bin %> template render snom-text 1000@example.com --set title=Hi --set text='A & B'",
  ];
  static override args = { template: required('name of a template, or path of a file'), aor: aors };
  static override flags = {
    ...setFlag,
    'sip-profile': sendingFlags['sip-profile'],
    'skip-invalid': sendingFlags['skip-invalid'],
    ...selectionFlags,
    ...outputFlags,
    ...templateFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TemplateRender);
    const { exitCode, failure } = await carryOut({
      order: templateOrder({ verb: 'render', template: args.template, values: parsePairs('set', flags.set) }),
      aors: args.aor ?? [],
      command: 'template render',
      argv: this.argv,
      typed: this.typed,
      version: this.config.version,
      flags: { ...flags, 'dry-run': true, concurrency: 1, yes: true },
      catalog: this.catalog(flags['template-dir']),
      terminal: this.terminal,
    });
    await this.terminal.flush();
    if (failure) this.explain(failure);
    process.exitCode = exitCode;
  }
}
