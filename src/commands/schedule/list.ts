import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, viaFlags } from '../../cli/flags.js';

export default class ScheduleList extends BaseCommand {
  static override usage = 'schedule list [FLAGS]';
  static override summary = 'List what is sent by the clock: when next, what came of it last, what was missed';
  static override description =
    'A time is missed if no worker was there until --grace had passed, or if the run before was still under way. run follow RUN shows what came of the last run, 30 days long.';
  static override examples = [
    '<%= config.bin %> schedule list --via redis://queue.example.com',
    '<%= config.bin %> schedule list --json',
  ];
  static override flags = { via: viaFlags.via, ...jsonFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(ScheduleList);
    const { describeSchedules, listSchedules, scheduleToJson } = await import('../../cli/schedule/list.js');
    const listed = await listSchedules(flags.via);
    if (flags.json) this.printJson({ schedules: listed.map(scheduleToJson) });
    else await this.terminal.write(describeSchedules(listed, Date.now()));
  }
}
