import * as Flags from '@oclif/core/flags';
import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { Failure } from '../../cli/failure.js';
import { viaFlags } from '../../cli/flags.js';
import { parseGrace } from '../../cli/schedule/grace.js';

const EXAMPLE = 'schedule add NAME --cron "0 3 * * 0" -- resync --registered --yes';

export default class ScheduleAdd extends BaseCommand {
  static override usage = 'schedule add NAME --cron TIMES [FLAGS] -- COMMAND [ARGUMENTS]';
  static override summary = 'Have a command sent by the clock, again and again, by the workers of a queue';
  static override description =
    'COMMAND is any that sends: it is checked now, and handed over to the workers each time it is due, with nobody at a terminal. Its phones are named, or --registered: those that are then; --inventory can not be used, as a file stays on this machine. Its templates and texts are those of now; its servers are those that have a worker when it is added, or those of --server: one that comes later is not among them. In a template {{now}} is the time it is due; the text of message is sent as it is.\n\nTIMES are as in a crontab: minute, hour, day of month, month, day of week; with seconds before them, if there are six; or @daily and the like. Of times that the clocks skip in spring it is due an hour later; of those that come twice in autumn, the first time, and what is due each hour is due in both.\n\nA worker need not be there when it is due: one that comes within --grace sends it late. What is later than that is missed, and schedule list says so. A time that comes while the run before is still under way is missed as well: there are never two at once.';
  static override examples = [
    '<%= config.bin %> schedule add nightly --cron "0 3 * * 0" --tz Europe/Berlin -- resync --registered --where vendor=snom --yes',
    '<%= config.bin %> schedule add lobby --cron "30 7 * * mon-fri" --via rediss://queue.example.com -- message "Good morning" 1000@example.com',
  ];
  static override args = { name: required('what it is to be called') };
  static override flags = {
    cron: Flags.string({
      helpValue: 'TIMES',
      summary: 'when: "minute hour day month weekday", as in a crontab',
      required: true,
    }),
    tz: Flags.string({ helpValue: 'ZONE', summary: 'time zone of these times [default: that of this machine]' }),
    grace: Flags.string({
      helpValue: 'TIME',
      summary: 'how late it may be sent, if no worker was there',
      default: '10m',
    }),
    via: viaFlags.via,
  };

  /** Who leaves out -- is told that flags of the command are unknown, or its phones are one argument too many. */
  protected override failureOf(error: unknown): Failure {
    const failure = super.failureOf(error);
    if (this.argv.includes('--') || !/^(?:Nonexistent flag|Unexpected argument)/.test(failure.message)) return failure;
    const hint = `-- stands before the command: ${EXAMPLE}`;
    return new Failure(failure.message, failure.exitCode, { hint });
  }

  async run(): Promise<void> {
    const end = this.argv.indexOf('--');
    const own = end < 0 ? this.argv : this.argv.slice(0, end);
    const line = end < 0 ? [] : this.argv.slice(end + 1);
    const { args, flags } = await this.parse(ScheduleAdd, own);
    const graceMs = parseGrace(flags.grace);
    const { taskOf } = await import('../../cli/schedule/task-of.js');
    const { addSchedule } = await import('../../cli/schedule/add.js');
    const task = await taskOf(line, this.config);
    const { cron, tz, via } = flags;
    const said = await addSchedule({ name: args.name, cron, tz, graceMs, via, task, terminal: this.terminal });
    await this.terminal.write(`${said}\n`);
  }
}
