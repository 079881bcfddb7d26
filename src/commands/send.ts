import { aors, required } from '../cli/args.js';
import { parsePairs } from '../cli/flag-values.js';
import { setFlag } from '../cli/flags.js';
import { SendCommand } from '../cli/send-command.js';
import { eventName } from '../payload/rules.js';
import { MWI_RATE } from '../run/order.js';
import { templateOrder } from '../run/template-order.js';

export default class Send extends SendCommand {
  static override usage = 'send TEMPLATE [AOR...] [FLAGS]';
  static override summary = 'Send phones any template, shipped or your own';
  static override examples = [
    '<%= config.bin %> send resync-url 1000@example.com --set url=http://192.0.2.1/spa.xml',
    '<%= config.bin %> send ./fire-drill.hbs --inventory phones.csv --set when=noon',
  ];
  static override args = { template: required('name of a template, or path of a file'), aor: aors };
  static override flags = setFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Send);
    const template = await this.catalog(flags['template-dir']).load(args.template);
    const order = templateOrder({
      returns: true,
      verb: `send ${template.name}`,
      template: args.template,
      values: parsePairs('set', flags.set),
      ...(eventName(template.source.event) === 'MESSAGE_WAITING' && { rate: MWI_RATE }),
    });
    await this.send(order, args.aor ?? [], flags);
  }
}
