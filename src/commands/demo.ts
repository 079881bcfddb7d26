import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import { formatColumns } from '../cli/output/columns.js';
import { sandboxPhones } from '../cli/sandbox-phones.js';
import { type SipRequestRecord, startSandbox } from '../sandbox/index.js';

const FLEET = `extension,domain,vendor,name
1000,phones.test,Snom,Reception
1001,phones.test,Yealink,"Smith, Jane"
1002,phones.test,Linksys,Workshop
1003,phones.test,Polycom,Boardroom
1004,phones.test,Grandstream,Canteen
1005,phones.test,Aastra,Warehouse
1006,phones.test,Fanvil,Gate
1007,phones.test,Panasonic,O'Brien
1000,phones.test,Snom,Reception again
`;

export default class Demo extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'demo';
  static override summary = 'Resync a sample fleet against a sandbox, start to end';
  static override description = 'Needs no FreeSWITCH and no phones; nothing leaves this machine.';
  static override examples = ['<%= config.bin %> demo'];

  async run(): Promise<void> {
    await this.parse(Demo);
    // What is set for the user's own servers is not meant for the sandbox.
    for (const name of Object.keys(process.env)) if (name.startsWith('PHONECTL_')) delete process.env[name];
    process.env.PHONECTL_CONFIG = '';
    const folder = await mkdtemp(join(tmpdir(), 'phonectl-demo-')).catch((error: Error) => {
      throw new Failure(`no temporary folder in ${tmpdir()}: ${error.message}`, EXIT.input, { hint: 'set TMPDIR' });
    });
    // Nor does a demo belong among the user's own runs; and there may be no home to write to.
    delete process.env.STATE_DIRECTORY;
    process.env.XDG_STATE_HOME = folder;
    try {
      await this.#show(join(folder, 'fleet.csv'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #show(fleet: string): Promise<void> {
    await writeFile(fleet, FLEET);
    const requests: SipRequestRecord[] = [];
    const sandbox = await startSandbox({
      phones: await sandboxPhones({ inventory: fleet }),
      onRequest: (request) => requests.push(request),
    });
    try {
      await this.terminal.write(`A sample inventory, fleet.csv:\n\n${FLEET.replace(/^/gm, '  ').trimEnd()}\n\n`);
      await this.terminal.write('A sandbox plays the FreeSWITCH. Now: phonectl resync --inventory fleet.csv\n\n');
      await this.terminal.flush();
      await this.config.runCommand('resync', [
        '--inventory',
        fleet,
        '--host',
        sandbox.host,
        '--port',
        String(sandbox.port),
      ]);
      const rows = requests.map(({ aor, method, event = '', answer }) => [aor, `${method} ${event}`, String(answer)]);
      await this.terminal.write(
        `\nWhat the phones got, and what they answered:\n\n${formatColumns(['PHONE', 'REQUEST', 'ANSWER'], rows)}`,
      );
      await this.terminal.write('\nNext: phonectl sandbox, in another window; or phonectl resync --help\n');
    } finally {
      await sandbox.close();
    }
  }
}
