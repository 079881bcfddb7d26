import { BaseCommand } from '../../cli/base-command.js';
import { settingRows } from '../../cli/config/rows.js';
import { jsonFlag } from '../../cli/flags.js';
import { formatColumns } from '../../cli/output/columns.js';
import { readSettings } from '../../cli/settings.js';
import { printable } from '../../cli/terminal.js';

export default class ConfigShow extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'config show [FLAGS]';
  static override summary = 'Show the settings that count, and where each comes from';
  static override description =
    'What a flag says comes first, then the environment, phonectl.yaml in the folder that one is in, the file of the user, that of the system, the file of fs_cli. Passwords are not shown.';
  static override examples = ['<%= config.bin %> config show'];
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigShow);
    const configuration = await readSettings();
    const rows = settingRows(configuration, process.env);
    const files = configuration.files.map(({ place: { kind, path }, file, unread }) => ({
      kind,
      path,
      read: file !== undefined,
      ...(unread !== undefined && { unread }),
    }));
    const fsCli = configuration.fsCliPath ?? null;
    if (flags.json) return this.printJson({ settings: rows, files, fsCli, problems: this.#problems(configuration) });
    for (const { kind, path, read, unread } of files) {
      const state = unread ?? (read ? 'read' : 'not there');
      await this.terminal.write(`${kind.padEnd(8)} ${printable(path)}: ${printable(state)}\n`);
    }
    if (fsCli !== null) await this.terminal.write(`${'fs_cli'.padEnd(8)} ${printable(fsCli)}: read\n`);
    if (rows.length > 0) {
      const cells = rows.map(({ setting, value, from }) => [printable(setting), printable(value), printable(from)]);
      await this.terminal.write(`\n${formatColumns(['SETTING', 'VALUE', 'FROM'], cells)}`);
    } else await this.terminal.write('\nnothing is set; phonectl config init writes a file to start from\n');
    for (const problem of [...this.#problems(configuration), ...configuration.warnings])
      this.terminal.say(`warning: ${printable(problem)}`);
  }

  #problems({ problems }: Awaited<ReturnType<typeof readSettings>>): string[] {
    return problems.map(({ message }) => message);
  }
}
