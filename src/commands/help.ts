import { Help as OclifHelp } from '@oclif/core/help';
import { several } from '../cli/args.js';
import { BaseCommand } from '../cli/base-command.js';

export default class Help extends BaseCommand {
  static override usage = 'help [COMMAND]';
  static override summary = 'Show help, for phonectl or for a command';
  static override examples = ['<%= config.bin %> help mwi on'];
  static override args = { command: several('the command') };

  async run(): Promise<void> {
    const { args } = await this.parse(Help);
    const words = args.command ?? [];
    const id = words.join(':');
    const known = id === '' || this.config.findCommand(id) || this.config.findTopic(id);
    if (known) await new OclifHelp(this.config).showHelp([...words]);
    else await this.config.runHook('command_not_found', { id, argv: [] });
  }
}
