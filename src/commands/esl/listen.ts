import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { followOutputFlag, listenFlags } from '../../cli/esl/flags.js';
import { listen } from '../../cli/esl/listen.js';

export default class EslListen extends BaseCommand {
  static override usage = 'esl listen [FLAGS]';
  static override summary = 'Take the calls that a dialplan hands over, and show what becomes of them';
  static override description =
    'For <action application="socket" data="HOST:PORT async full"/>. FreeSWITCH parks a call as long as its socket is open, and hangs it up when this command ends. There is no password: whoever reaches the port can pretend to be FreeSWITCH.';
  static override examples = [
    '<%= config.bin %> esl listen',
    '<%= config.bin %> esl listen --answer --output jsonl',
    '<%= config.bin %> esl listen --bind 10.0.0.5 --hangup --cause USER_BUSY',
    "<%= config.bin %> esl listen --do 'getvar caller_id_number' --do resume --count 1",
  ];
  static override flags = {
    ...listenFlags(8084),
    answer: Flags.boolean({ default: false, summary: 'answer each call' }),
    hangup: Flags.boolean({ default: false, summary: 'hang each call up' }),
    cause: Flags.string({
      helpValue: 'CAUSE',
      summary: 'with this cause, by name or number [default: NORMAL_CLEARING]',
    }),
    do: Flags.string({
      helpValue: 'COMMAND',
      summary: "a command of the event socket for each call, 'linger 10' for instance; repeatable",
      multiple: true,
      multipleNonGreedy: true,
    }),
    count: Flags.integer({ helpValue: 'N', summary: 'end after so many calls', min: 1 }),
    ...followOutputFlag,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(EslListen);
    await listen(flags, this.terminal);
  }
}
