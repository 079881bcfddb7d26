import * as Flags from '@oclif/core/flags';
import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { runConsole } from '../../cli/esl/console/run.js';
import { retryForFlag } from '../../cli/esl/flags.js';
import { connectionFlags } from '../../cli/flags.js';

export default class Esl extends BaseCommand {
  static override usage = 'esl [FLAGS]';
  static override summary = 'A console on the event socket, as fs_cli is one; or the commands of stdin, one a line';
  static override description =
    'A line is an API command; /help says what else can be typed: events and the log while they come, and sendevent and sendmsg with the lines that follow them. Tab completes. A connection that is lost comes back, and is asked for the same again. Where stdin or stdout is no terminal, the lines of stdin are carried out, and the exit code is 5 if one of them failed.';
  static override examples = [
    '<%= config.bin %> esl',
    '<%= config.bin %> esl -H pbx.example.com --password-file pbx.password',
    '<%= config.bin %> esl < commands.txt',
  ];
  static override args = { command: { ...several('none: see the commands below'), hidden: true } };
  static override flags = {
    wait: Flags.string({
      helpValue: 'TIME',
      summary: 'how long an answer may take, or forever [default: 60s; on a terminal, until Ctrl-C]',
    }),
    check: Flags.boolean({
      allowNo: true,
      default: true,
      summary: 'refuse events that FreeSWITCH would drop without a word',
    }),
    ...retryForFlag,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Esl);
    const words = args.command ?? [];
    // Else `esl statsu` would open a console.
    if (words.length > 0) await this.config.runHook('command_not_found', { id: ['esl', ...words].join(':'), argv: [] });
    else await runConsole(flags, this.terminal);
  }
}
