import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.js';
import { connectorFor } from '../cli/connector.js';
import { parseSpan } from '../cli/flag-values.js';
import { connectionFlags, ownServerFlag, queueFlag, sendingFlags } from '../cli/flags.js';
import { Interrupt } from '../cli/interrupt.js';
import { printable } from '../cli/terminal.js';
import { judgeServerName } from '../cli/worker/server-name.js';

export default class Worker extends BaseCommand {
  static override usage = 'worker [FLAGS]';
  static override summary = 'Carry out, beside a FreeSWITCH, what others hand over through a queue';
  static override description =
    'Takes the parts of runs that are for its server, --server NAME, out of a queue (BullMQ on Redis or Valkey), and tells the phones over the event socket beside it: check, pace, evidence and journal are here. The password of the event socket stays here, too. SIGTERM and Ctrl-C end it once what is under way has its reply; what it did not get to stays in the queue.';
  static override examples = [
    '<%= config.bin %> worker --server berlin --queue rediss://queue.example.com',
    '<%= config.bin %> worker --server berlin --health 60s',
  ];
  static override flags = {
    ...queueFlag,
    ...connectionFlags,
    ...ownServerFlag,
    concurrency: sendingFlags.concurrency,
    health: Flags.string({
      helpValue: 'TIME',
      summary: 'say so often how it is, in one line; 0 for never',
      default: '0',
      env: 'PHONECTL_HEALTH',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Worker);
    const connector = await connectorFor(flags);
    judgeServerName(connector);
    const { work } = await import('../cli/worker/worker.js');
    // However it is told to end: that is how it ends, so with 0.
    const interrupt = new Interrupt();
    await work({
      connector,
      queue: flags.queue,
      shippedDir: join(this.config.root, 'templates'),
      concurrency: flags.concurrency,
      version: this.config.version,
      signal: interrupt.signal,
      healthMs: flags.health === '0' ? 0 : parseSpan('health', flags.health),
      onReady: (queue) => {
        interrupt.begin();
        void this.terminal.write(`worker ${connector.name} takes orders from ${queue}; Ctrl-C ends it\n`);
      },
      say: (line) => this.terminal.say(printable(line)),
    });
    interrupt.release();
  }
}
