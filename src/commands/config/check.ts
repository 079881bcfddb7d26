import { BaseCommand } from '../../cli/base-command.js';
import { missingTemplates, queueProblems, serverProblems } from '../../cli/config/problems.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { plural } from '../../cli/plural.js';
import { readSettings, takeVendors } from '../../cli/settings.js';
import { printable } from '../../cli/terminal.js';

export default class ConfigCheck extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'config check';
  static override summary = 'Check the files of settings, without a server';
  static override description =
    'Lists all that is wrong, with file and line. PHONECTL_CONFIG=FILE has another file checked. The exit code is 3 if something is wrong.';
  static override examples = ['<%= config.bin %> config check'];

  async run(): Promise<void> {
    await this.parse(ConfigCheck);
    const configuration = await readSettings();
    const reached = [...(await serverProblems(configuration)), ...(await queueProblems(configuration))];
    const wrong = [...configuration.problems, ...takeVendors(configuration), ...reached];
    const templateDir = configuration.settings.values.get('template-dir')?.value;
    const problems = [...wrong, ...(await missingTemplates(configuration.settings, this.catalog(templateDir)))];
    for (const warning of configuration.warnings) this.terminal.say(`warning: ${printable(warning)}`);
    const files = configuration.files.flatMap(({ file }) => (file ? [file.path] : []));
    if (problems.length > 0) {
      const details = problems.map(({ message, hint }) => (hint ? `${message} (try: ${hint})` : message));
      throw new Failure(`${plural(problems.length, 'mistake')} in the settings`, EXIT.input, { details });
    }
    const said =
      files.length > 0 ? `${files.map(printable).join(', ')}: nothing is wrong` : 'there is no file of settings';
    await this.terminal.write(`${said}\n`);
  }
}
