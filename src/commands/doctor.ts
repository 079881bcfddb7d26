import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.js';
import { originRows } from '../cli/config/rows.js';
import { connectorFor } from '../cli/connector.js';
import { EXIT } from '../cli/exit-codes.js';
import { connectionFlags, jsonFlag } from '../cli/flags.js';
import { formatColumns } from '../cli/output/columns.js';
import { writeCheck, writeVerdict } from '../cli/output/doctor.js';
import { settings } from '../cli/settings.js';
import { printable } from '../cli/terminal.js';
import { CheckUp } from '../run/check-up.js';
import type { Check } from '../run/check-up-check.js';

export default class Doctor extends BaseCommand {
  static override usage = 'doctor [FLAGS]';
  static override summary = 'Check whether phonectl can work with a FreeSWITCH, and what its login may do';
  static override description =
    'Connects, logs in and asks harmlessly: nothing is changed there and nothing is sent to a phone. The exit code is 4 if no run could be done: no connection, no login, no right to ask, no SIP profile that is running; else 0, warnings or not.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --host pbx.example.com --password-file /etc/phonectl/password',
    '<%= config.bin %> doctor --json --timeout 3s',
  ];
  static override flags = {
    ...connectionFlags,
    ...jsonFlag,
    verbose: Flags.boolean({ char: 'v', default: false, summary: 'say first where each setting comes from' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const connector = await connectorFor(flags);
    const origins = flags.verbose ? originRows(connector, await settings(), process.env) : [];
    if (!flags.json && origins.length > 0) {
      const cells = origins.map(({ setting, value, from }) => [setting, value, from].map(printable));
      await this.terminal.write(`${formatColumns(['SETTING', 'VALUE', 'FROM'], cells)}\n`);
    }
    const checkUp = new CheckUp(connector);
    const checks: Check[] = [];
    for await (const check of checkUp.checks()) {
      checks.push(check);
      if (!flags.json) await writeCheck(this.terminal, check);
    }
    const ok = checks.every(({ state }) => state !== 'failed');
    if (flags.json)
      this.printJson({
        server: connector.name,
        ok,
        ...(flags.verbose && { settings: origins }),
        checks,
        profiles: checkUp.profiles,
      });
    else await writeVerdict(this.terminal, connector.name, checks);
    process.exitCode = ok ? EXIT.ok : EXIT.connection;
  }
}
