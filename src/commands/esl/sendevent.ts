import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { bodyFlags } from '../../cli/body.js';
import { dryRunFlag, headerFlag } from '../../cli/esl/flags.js';
import { runSendEvent } from '../../cli/esl/send-event.js';
import { connectionFlags, jsonFlag } from '../../cli/flags.js';

export default class EslSendEvent extends BaseCommand {
  static override usage = 'esl sendevent [NAME] [FLAGS]';
  static override summary = 'Fire one event, and print its uuid';
  static override description =
    'Without NAME, or for -, the whole event is read from stdin, as documentation has them: "sendevent NAME", headers, an empty line, the body. A content-length is computed, never taken over. FreeSWITCH says +OK also to an event that it then drops; what is known of that is checked before.';
  static override examples = [
    '<%= config.bin %> esl sendevent CUSTOM --header Event-Subclass=albs::Section-Alarm --header Section=33',
    '<%= config.bin %> esl sendevent --dry-run < notify.txt',
    '<%= config.bin %> esl sendevent SEND_MESSAGE --header profile=internal --header user=1000 --header host=example.com --header content-type=text/plain --body-file -',
  ];
  static override args = { name: Args.string({ description: 'name of the event', ignoreStdin: true }) };
  static override flags = {
    ...headerFlag,
    ...bodyFlags,
    check: Flags.boolean({
      allowNo: true,
      default: true,
      summary: 'refuse what FreeSWITCH would drop without a word',
    }),
    ...dryRunFlag,
    ...jsonFlag,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslSendEvent);
    await runSendEvent(args.name, flags, this.terminal);
  }
}
