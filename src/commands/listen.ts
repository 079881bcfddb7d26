import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.js';
import { listenFlags } from '../cli/esl/flags.js';
import { templateFlags } from '../cli/flags.js';
import { Interrupt } from '../cli/interrupt.js';
import { describeCall } from '../cli/output/call.js';
import { plural } from '../cli/plural.js';
import { printable } from '../cli/terminal.js';

export default class Listen extends BaseCommand {
  static override usage = 'listen --codes FILE [FLAGS]';
  static override summary = 'Let phones order things for themselves by dialling a feature code';
  static override description =
    'Waits for calls that the dialplan hands over with <action application="socket" data="127.0.0.1:8040 async full"/>. ' +
    'The phone that has dialled is resynced, rebooted when the call has ended, has its lamp or its do-not-disturb switched. ' +
    'Who calls is what FreeSWITCH has authenticated. Each call is an entry in the journal of this run. Runs until Ctrl-C.';
  static override examples = [
    '<%= config.bin %> listen --codes codes.yaml',
    '<%= config.bin %> listen --codes /etc/phonectl/codes.yaml --port 8040 --output jsonl',
  ];
  static override flags = {
    codes: Flags.string({ summary: 'YAML file with the codes', helpValue: 'FILE', required: true }),
    ...listenFlags(8040),
    output: Flags.string({ char: 'o', summary: 'how calls are shown', options: ['text', 'jsonl'], default: 'text' }),
    'template-dir': templateFlags['template-dir'],
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Listen);
    const { listenForCodes } = await import('../cli/code-listener.js');
    const isJson = flags.output === 'jsonl';
    // However it is told to end: that is how it ends, so with 0.
    const interrupt = new Interrupt();
    await listenForCodes({
      file: flags.codes,
      host: flags.bind,
      port: flags.port,
      argv: this.argv,
      version: this.config.version,
      catalog: this.catalog(flags['template-dir']),
      signal: interrupt.signal,
      onReady: ({ address, codes, run }) => {
        interrupt.begin();
        const text = `listening on ${address}: ${plural(codes, 'code')}, journal ${run}; Ctrl-C ends it`;
        if (isJson) this.terminal.say(text);
        else void this.terminal.write(`${text}\n`);
      },
      onEntry: (entry) => {
        void this.terminal.write(isJson ? `${JSON.stringify(entry)}\n` : describeCall(entry, new Date()));
      },
      onProblem: (problem) => this.terminal.say(`phonectl: ${printable(problem)}`),
    });
    interrupt.release();
  }
}
