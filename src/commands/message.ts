import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { bodyFlags, readBody } from '../cli/body.js';
import { usageError } from '../cli/failure.js';
import { SendCommand } from '../cli/send-command.js';
import { templateOrder } from '../run/template-order.js';

export default class Message extends SendCommand {
  static override usage = 'message TEXT [AOR...] [FLAGS]';
  static override summary = 'Show a text on phones';
  static override description =
    'Sends a SIP MESSAGE to every registration of the phone. The text is sent as it is; for one with {{columns}} in it, write a template and use send. With --body-file the text comes from a file, and all arguments are phones.';
  static override examples = [
    "<%= config.bin %> message 'Canteen closes at 2' 1000@example.com",
    "<%= config.bin %> message 'Canteen closes at 2' --inventory phones.csv --where floor=3",
    '<%= config.bin %> message --body-file news.txt 1000@example.com 1001@example.com',
  ];
  static override args = {
    text: Args.string({ description: 'the text, then phones as user@domain', multiple: true, ignoreStdin: true }),
  };
  static override flags = {
    'body-file': bodyFlags['body-file'],
    subject: Flags.string({ helpValue: 'TEXT', summary: 'subject, on phones that show one' }),
    'content-type': Flags.string({ helpValue: 'TYPE', summary: 'content type of the text [default: text/plain]' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Message);
    const fromFile = await readBody(flags);
    const positional = args.text ?? [];
    const [text, ...phones] = fromFile === undefined ? positional : [fromFile, ...positional];
    if (!text) throw usageError('no text', "message 'the text' 1000@example.com, or --body-file");
    const isForOthers = flags.inventory !== undefined || flags.registered || flags['failed-from'] !== undefined;
    if (fromFile === undefined && phones.length === 0 && !isForOthers && /^[^\s@]+@[^\s@]+$/.test(text)) {
      throw usageError('no text: it comes first, then the phones', `message 'the text' ${text}`);
    }
    const word = phones.find((phone) => !phone.includes('@'));
    if (word !== undefined && flags.domain === undefined) {
      throw usageError(`"${word}" is no phone`, "put quotes around the text: message 'the text' 1000@example.com");
    }
    const values = { text, subject: flags.subject ?? '', content_type: flags['content-type'] ?? '' };
    // mod_sms reports what phones answer, but sends no subject.
    const reporting = flags.subject ? undefined : templateOrder({ verb: 'message', template: 'sms-message', values });
    const order = templateOrder({ verb: 'message', template: 'send-message', values, ...(reporting && { reporting }) });
    await this.send(order, phones, flags);
  }
}
