import * as Flags from '@oclif/core/flags';
import { aors, required } from '../cli/args.js';
import { bodyFlags, readBody } from '../cli/body.js';
import { SendCommand } from '../cli/send-command.js';
import { templateOrder } from '../run/template-order.js';

export default class Notify extends SendCommand {
  static override usage = 'notify EVENT [AOR...] [FLAGS]';
  static override summary = 'Send phones a NOTIFY with an event string of your own';
  static override examples = [
    '<%= config.bin %> notify check-sync 1000@example.com',
    "<%= config.bin %> notify 'check-sync;reboot=false' --inventory phones.csv",
    '<%= config.bin %> notify xml 1000@example.com --content-type application/snomxml --body-file push.xml',
  ];
  static override args = { event: required('the event string, which becomes the Event header'), aor: aors };
  static override flags = {
    ...bodyFlags,
    'content-type': Flags.string({ helpValue: 'TYPE', summary: 'content type of the body' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Notify);
    const body = (await readBody(flags)) ?? '';
    const contentType = flags['content-type'] ?? (body === '' ? '' : 'text/plain');
    const order = templateOrder({
      returns: true,
      verb: 'notify',
      template: 'notify',
      values: { event: args.event, body, content_type: contentType },
    });
    await this.send(order, args.aor ?? [], flags);
  }
}
