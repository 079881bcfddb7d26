import * as Flags from '@oclif/core/flags';
import { aors } from '../cli/args.js';
import { bodyFlags, readBody } from '../cli/body.js';
import { usageError } from '../cli/failure.js';
import { SendCommand } from '../cli/send-command.js';
import { templateOrder } from '../run/template-order.js';

export default class Info extends SendCommand {
  static override usage = 'info [AOR...] [FLAGS]';
  static override summary = 'Send phones a SIP INFO';
  static override description =
    'To one registration of each phone, or with --to-uri to an address of your own, registered or not.';
  static override examples = [
    '<%= config.bin %> info 1000@example.com --body hello',
    '<%= config.bin %> info --to-uri sip:1@192.0.2.5 --from-uri sip:1@192.0.2.1 --sip-profile external --body test',
  ];
  static override args = { aor: aors };
  static override flags = {
    ...bodyFlags,
    'content-type': Flags.string({ helpValue: 'TYPE', summary: 'content type of the body [default: text/plain]' }),
    'to-uri': Flags.string({
      helpValue: 'URI',
      summary: 'address to send to, instead of phones',
      dependsOn: ['from-uri'],
    }),
    'from-uri': Flags.string({ helpValue: 'URI', summary: "address to send from [default: the phone's own]" }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Info);
    const { 'to-uri': toUri, 'from-uri': fromUri = '' } = flags;
    const values = {
      body: (await readBody(flags)) ?? '',
      content_type: flags['content-type'] ?? '',
      from_uri: fromUri,
    };
    if (toUri === undefined) {
      await this.send(templateOrder({ verb: 'info', template: 'send-info', values }), args.aor ?? [], flags);
      return;
    }
    if (args.aor || flags.inventory) {
      throw usageError('--to-uri names the receiver itself', 'leave out the phones, or --to-uri');
    }
    const order = templateOrder({ verb: 'info', template: 'send-info-uri', values: { ...values, to_uri: toUri } });
    await this.send(order, [addressOf(toUri)], flags);
  }
}

/** The `user@host` of a SIP URI, by which its outcome is named. */
function addressOf(uri: string): string {
  const address = /^sips?:([^@;?>]+@(?:\[[^\]]+\]|[^;?:>]+))/i.exec(uri)?.[1];
  if (address === undefined) throw usageError(`--to-uri ${uri}: not a SIP URI`, 'for example sip:1000@192.0.2.5:5060');
  return address;
}
