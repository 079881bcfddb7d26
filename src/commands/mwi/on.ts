import { aors } from '../../cli/args.js';
import { countFlags, givenCounts } from '../../cli/count-flags.js';
import { SendCommand } from '../../cli/send-command.js';
import { mwiOrder } from '../../run/mwi-order.js';

export default class MwiOn extends SendCommand {
  static override usage = 'mwi on [AOR...] [FLAGS]';
  static override summary = 'Light the message lamp';
  static override examples = [
    '<%= config.bin %> mwi on 1000@example.com',
    '<%= config.bin %> mwi on 1000@example.com --new 3 --old 1',
    '<%= config.bin %> mwi on --inventory mailboxes.csv',
  ];
  static override args = { aor: aors };
  static override flags = countFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MwiOn);
    const order = mwiOrder('on', givenCounts(flags), { new: 1, old: 0, urgent_new: 0, urgent_old: 0 });
    await this.send(order, args.aor ?? [], flags);
  }
}
