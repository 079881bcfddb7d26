import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.js';
import { originRows } from '../cli/config/rows.js';
import { connectorFor } from '../cli/connector.js';
import { EXIT } from '../cli/exit-codes.js';
import { usageError } from '../cli/failure.js';
import { parseDuration } from '../cli/flag-values.js';
import { connectionFlags, DEFAULT_TIMEOUT, jsonFlag, queueFlag } from '../cli/flags.js';
import { formatColumns } from '../cli/output/columns.js';
import { writeCheck, writeVerdict } from '../cli/output/doctor.js';
import { lookAtQueue, queueFor } from '../cli/queue.js';
import { settings } from '../cli/settings.js';
import { printable } from '../cli/terminal.js';
import type { QueueAddress } from '../config/queue.js';
import { CheckUp } from '../run/check-up.js';
import type { Check } from '../run/check-up-check.js';

export default class Doctor extends BaseCommand {
  static override usage = 'doctor [FLAGS]';
  static override summary = 'Check whether phonectl can work with a FreeSWITCH, and what its login may do';
  static override description =
    'Connects, logs in and asks harmlessly: nothing is changed there and nothing is sent to a phone. The exit code is 4 if no run could be done: no connection, no login, no right to ask, no SIP profile that is running, a queue that is named and not fit to hold runs; else 0, warnings or not. A machine that only hands runs over looks at its queue alone with --no-server.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --host pbx.example.com --password-file /etc/phonectl/password',
    '<%= config.bin %> doctor --queue redis://queue.example.com',
    '<%= config.bin %> doctor --no-server',
    '<%= config.bin %> doctor --json --timeout 3s',
  ];
  static override flags = {
    ...connectionFlags,
    ...queueFlag,
    'no-server': Flags.boolean({
      default: false,
      summary: 'look at the queue only, where there is no FreeSWITCH',
      helpGroup: 'SERVER',
    }),
    ...jsonFlag,
    verbose: Flags.boolean({ char: 'v', default: false, summary: 'say first where each setting comes from' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const connector = flags['no-server'] ? undefined : await connectorFor(flags);
    const queue = await queueFor(flags);
    if (!connector) this.#judgeQueueOnly(queue);
    const asked = { url: flags.queue };
    const origins = flags.verbose ? originRows(connector, await settings(), process.env, asked) : [];
    if (!flags.json && origins.length > 0) {
      const cells = origins.map(({ setting, value, from }) => [setting, value, from].map(printable));
      await this.terminal.write(`${formatColumns(['SETTING', 'VALUE', 'FROM'], cells)}\n`);
    }
    const checkUp = connector && new CheckUp(connector);
    const checks: Check[] = [];
    const add = async (check: Check): Promise<void> => {
      checks.push(check);
      if (!flags.json) await writeCheck(this.terminal, check);
    };
    if (checkUp) for await (const check of checkUp.checks()) await add(check);
    const timeoutMs = parseDuration('timeout', flags.timeout ?? DEFAULT_TIMEOUT);
    for (const check of queue ? await lookAtQueue(queue, timeoutMs) : []) await add(check);
    const ok = checks.every(({ state }) => state !== 'failed');
    if (flags.json)
      this.printJson({
        server: connector?.name ?? null,
        ...(queue && { queue: queue.name }),
        ok,
        ...(flags.verbose && { settings: origins }),
        checks,
        profiles: checkUp?.profiles ?? [],
      });
    else
      await writeVerdict(
        this.terminal,
        [connector, queue].flatMap((looked) => looked?.name ?? []),
        checks,
      );
    process.exitCode = ok ? EXIT.ok : EXIT.connection;
  }

  /** @throws Failure if nothing would be looked at, or if what was typed is about the server that is left out */
  #judgeQueueOnly(queue: QueueAddress | undefined): void {
    const other = Object.keys(connectionFlags).find((flag) => flag !== 'timeout' && this.typed.has(flag));
    if (other !== undefined) throw usageError(`--no-server with --${other}`, 'one of them');
    if (queue) return;
    throw usageError(
      '--no-server, and no queue is named',
      '--queue redis://HOST, PHONECTL_QUEUE, or queue: in the settings',
    );
  }
}
