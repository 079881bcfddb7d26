import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { viaFlags } from '../../cli/flags.js';

export default class ScheduleRemove extends BaseCommand {
  static override usage = 'schedule remove NAME [FLAGS]';
  static override summary = 'Have a command sent by the clock no more';
  static override description = 'A run of it that is under way goes on; run cancel RUN ends that.';
  static override examples = ['<%= config.bin %> schedule remove nightly --via redis://queue.example.com'];
  static override args = { name: required('which schedule') };
  static override flags = { via: viaFlags.via };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ScheduleRemove);
    const { removeSchedule } = await import('../../cli/schedule/one.js');
    await removeSchedule(args.name, flags.via);
    await this.terminal.write(`schedule ${args.name} is removed\n`);
  }
}
