import { aors } from '../../cli/args.js';
import { countFlags } from '../../cli/count-flags.js';
import { SendCommand } from '../../cli/send-command.js';
import { mwiOrder } from '../../run/mwi-order.js';

export default class MwiOff extends SendCommand {
  static override usage = 'mwi off [AOR...] [FLAGS]';
  static override summary = 'Clear the message lamp';
  static override examples = [
    '<%= config.bin %> mwi off 1000@example.com',
    '<%= config.bin %> mwi off --inventory phones.csv --where floor=3',
  ];
  static override args = { aor: aors };
  static override flags = { old: countFlags.old, 'urgent-old': countFlags['urgent-old'] };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MwiOff);
    // Counts in columns are for switching on: a lamp that is off has nothing new.
    const none = { new: 0, old: 0, urgent_new: 0, urgent_old: 0 };
    const { old = 0, 'urgent-old': urgentOld = 0 } = flags;
    await this.send(mwiOrder('off', { ...none, old, urgent_old: urgentOld }, none), args.aor ?? [], flags);
  }
}
