import { aors } from '../../cli/args.js';
import { SendCommand } from '../../cli/send-command.js';
import { mailboxesOf } from '../../run/mwi-mailboxes.js';
import { mwiResendOrder } from '../../run/mwi-order.js';

export default class MwiResend extends SendCommand {
  static override usage = 'mwi resend [AOR...] [FLAGS]';
  static override summary = 'Set message lamps to what the mailboxes hold';
  static override description =
    'For phones that lost their lamps, in a restart for instance. One order for each mailbox: that which the phone is registered for. ' +
    'What is in it comes from the columns new, old, urgent_new and urgent_old of the inventory, else from the voicemail of the server (mod_voicemail). ' +
    'FreeSWITCH does not tell a mailbox that does not exist from an empty one: its lamp is switched off. ' +
    'With --domain alone it is for all registered phones of that domain, with --registered for all that are registered. A dry run asks the server, too.';
  static override examples = [
    '<%= config.bin %> mwi resend --domain example.com --yes',
    '<%= config.bin %> mwi resend --registered --dry-run',
    '<%= config.bin %> mwi resend --inventory mailboxes.csv',
  ];
  static override args = { aor: aors };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(MwiResend);
    const { aor = [] } = args;
    const { inventory, domain } = flags;
    const registered = flags.registered || (aor.length === 0 && inventory === undefined && domain !== undefined);
    await this.send(mwiResendOrder(), aor, { ...flags, registered }, (phones, { registrar, questions }) =>
      mailboxesOf(phones, { registrar, questions, ...(registered && { everybody: { domain } }) }),
    );
  }
}
