import * as Flags from '@oclif/core/flags';
import { required, several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { dryRunFlag, headerFlag } from '../../cli/esl/flags.js';
import { runSendMessage } from '../../cli/esl/send-message.js';
import { connectionFlags, jsonFlag } from '../../cli/flags.js';

const port = (summary: string) =>
  Flags.integer({ helpValue: 'PORT', summary, min: 1, max: 65_535, helpGroup: 'UNICAST' });

export default class EslSendMsg extends BaseCommand {
  static override usage = 'esl sendmsg UUID ORDER [WORD...] [FLAGS]';
  static override summary = 'Give a call an order: execute, hangup, unicast, nomedia';
  static override description =
    'Orders are: execute APP [ARGUMENT...], hangup [CAUSE], unicast, nomedia UUID, and any other call-command with headers of your own. FreeSWITCH answers as soon as the order is queued; --wait waits until an application is done, and prints what it answered: the exit code is 5 if that is a failure, or if the call ends before.';
  static override examples = [
    '<%= config.bin %> esl sendmsg 1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10 execute playback /tmp/test.wav --wait 5m',
    '<%= config.bin %> esl sendmsg 1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10 hangup USER_BUSY',
    '<%= config.bin %> esl sendmsg 1f9c4b5e-9d0c-4b8c-8d7f-6f6f5b0f8f10 unicast --remote-port 8026 --transport tcp',
  ];
  static override args = {
    uuid: required('the call'),
    order: several('what it has to do, and its arguments'),
  };
  static override flags = {
    loops: Flags.integer({ helpValue: 'N', summary: 'execute: how often, -1 until the call ends', min: -1 }),
    'event-uuid': Flags.string({ helpValue: 'UUID', summary: 'execute: the Application-UUID of its events' }),
    wait: Flags.string({ helpValue: 'TIME', summary: 'execute: wait until it is done, so long at most, or forever' }),
    'local-ip': Flags.string({
      helpValue: 'ADDRESS',
      summary: 'FreeSWITCH sends from there [default: 127.0.0.1]',
      helpGroup: 'UNICAST',
    }),
    'local-port': port('and from this port [default: 8025]'),
    'remote-ip': Flags.string({
      helpValue: 'ADDRESS',
      summary: 'and to there [default: 127.0.0.1]',
      helpGroup: 'UNICAST',
    }),
    'remote-port': port('and to this port [default: 8026]'),
    transport: Flags.option({
      options: ['tcp', 'udp'] as const,
      summary: 'how [default: udp]',
      helpGroup: 'UNICAST',
    })(),
    native: Flags.boolean({ default: false, summary: 'audio as the call has it, not as L16', helpGroup: 'UNICAST' }),
    ...headerFlag,
    ...dryRunFlag,
    ...jsonFlag,
    ...connectionFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EslSendMsg);
    await runSendMessage(args.uuid, args.order ?? [], flags, this.terminal);
  }
}
