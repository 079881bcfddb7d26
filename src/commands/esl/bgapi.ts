import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.js';
import { runBgapi } from '../../cli/esl/api.js';
import EslApi from './api.js';

export default class EslBgapi extends BaseCommand {
  static override usage = 'esl bgapi COMMAND... [FLAGS]';
  static override summary = 'Have an API command carried out in the background, and print its result';
  static override description =
    'FreeSWITCH does not wait for it, as it does for esl api. The result is waited for and printed like that of esl api; with --no-wait prints the Job-UUID, by which the BACKGROUND_JOB event is known.';
  static override examples = [
    '<%= config.bin %> esl bgapi originate user/1000 9196',
    '<%= config.bin %> esl bgapi --no-wait sofia recover',
    '<%= config.bin %> esl bgapi --job-uuid d8c7f660-37a6-4e73-9170-1a731c442148 status',
  ];
  static override args = EslApi.args;
  static override flags = {
    'no-wait': Flags.boolean({ default: false, summary: 'print the Job-UUID and be done' }),
    'job-uuid': Flags.string({ helpValue: 'UUID', summary: 'the Job-UUID [default: a new one]' }),
    ...EslApi.flags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslBgapi);
    await runBgapi(args.command ?? [], flags, this.terminal);
  }
}
