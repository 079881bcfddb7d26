import { BaseCommand } from '../../cli/base-command.js';
import { shellWord } from '../../cli/output/shell.js';
import { plural } from '../../cli/plural.js';
import { printable } from '../../cli/terminal.js';
import { draftConfig, writeDraft } from '../../config/draft.js';
import { ConfigError } from '../../config/errors.js';
import { firstFsCli } from '../../config/fs-cli.js';
import { fsCliPlaces, userConfigFile } from '../../config/places.js';

export default class ConfigInit extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'config init';
  static override summary = 'Write a file of settings to start from, with the servers that fs_cli knows';
  static override description =
    "Servers are those of ~/.fs_cli_conf, else /etc/fs_cli.conf; each password goes into a file of its own that only you can read. The file is PHONECTL_CONFIG, else the user's; one that is there stays as it is.";
  static override examples = [
    '<%= config.bin %> config init',
    'PHONECTL_CONFIG=/etc/phonectl/config.yaml <%= config.bin %> config init',
  ];

  async run(): Promise<void> {
    await this.parse(ConfigInit);
    const path = process.env.PHONECTL_CONFIG || userConfigFile(process.env);
    if (path === undefined)
      throw new ConfigError('there is no home folder to write settings to', 'set HOME or PHONECTL_CONFIG');
    const { servers, path: fsCliPath } = await firstFsCli(fsCliPlaces(process.env));
    const draft = draftConfig([...servers.values()]);
    await writeDraft(path, draft);
    const from = fsCliPath === undefined ? '' : `, with ${plural(servers.size, 'server')} of ${printable(fsCliPath)}`;
    await this.terminal.write(`wrote ${printable(path)}${from}\n`);
    const given = process.env.PHONECTL_CONFIG ? `PHONECTL_CONFIG=${shellWord(path)} ` : '';
    this.nextSteps = [`${given}phonectl doctor`];
  }
}
