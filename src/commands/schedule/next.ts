import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, viaFlags } from '../../cli/flags.js';

export default class ScheduleNext extends BaseCommand {
  static override usage = 'schedule next NAME [FLAGS]';
  static override summary = 'Show when a schedule is due next';
  static override description = 'In its own time zone, whose clocks may change in between.';
  static override examples = [
    '<%= config.bin %> schedule next nightly',
    '<%= config.bin %> schedule next nightly --count 20 --json',
  ];
  static override args = { name: required('which schedule') };
  static override flags = {
    count: Flags.integer({ helpValue: 'N', summary: 'how many times', default: 5, min: 1, max: 1000 }),
    via: viaFlags.via,
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ScheduleNext);
    const { describeTimes, nextOf } = await import('../../cli/schedule/one.js');
    const { schedule, times } = await nextOf(args.name, flags.count, flags.via);
    if (!flags.json) return this.terminal.write(describeTimes(schedule, times));
    const { name, cron, tz } = schedule;
    this.printJson({ name, cron, tz, next: times.map((time) => new Date(time).toISOString()) });
  }
}
