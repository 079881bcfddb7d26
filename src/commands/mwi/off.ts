import { aors } from '../../cli/args.js';
import { countFlags, mwiOrder } from '../../cli/mwi-order.js';
import { SendCommand } from '../../cli/send-command.js';

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
    // Columns with counts are for switching on: a lamp that is off has nothing new.
    const { old = 0, 'urgent-old': urgentOld = 0 } = flags;
    const counts = { new: 0, old, 'urgent-new': 0, 'urgent-old': urgentOld };
    await this.send(mwiOrder('no', counts, '0'), args.aor ?? [], flags);
  }
}
