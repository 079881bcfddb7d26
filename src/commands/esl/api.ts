import * as Flags from '@oclif/core/flags';
import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { runApi } from '../../cli/esl/api.js';
import { waitFlag } from '../../cli/esl/flags.js';
import { connectionFlags, jsonFlag } from '../../cli/flags.js';

export default class EslApi extends BaseCommand {
  static override usage = 'esl api COMMAND... [FLAGS]';
  static override summary = 'Have FreeSWITCH carry out an API command, and print its answer';
  static override description =
    'The answer is printed byte for byte while it comes, with a line end at its end. The exit code is 5 for an answer that begins with -ERR or -USAGE. With --json, an answer that is JSON is embedded as it is. A lone - reads the command from stdin; put -- before words that begin with a dash.';
  static override examples = [
    '<%= config.bin %> esl api status',
    '<%= config.bin %> esl api show channels as json --json',
    '<%= config.bin %> esl api "originate user/1000 &park" --wait 2m',
    '<%= config.bin %> esl api uuid_kill 1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10',
  ];
  static override args = { command: several('the API command and its arguments') };
  static override flags = {
    ...waitFlag,
    yes: Flags.boolean({
      char: 'y',
      default: false,
      summary: 'send sofia profile P check_sync without an address, although it deletes all registrations of P',
    }),
    ...jsonFlag,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslApi);
    await runApi(args.command ?? [], flags, this.terminal);
  }
}
