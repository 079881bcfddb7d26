import { describe, expect, it } from 'vitest';
import type { Mailbox, PhoneOptions } from '../../src/sandbox/index.js';
import { type CliResult, jsonOf, runCli } from '../support/cli.js';
import { type Lab, withFolder, withSandbox } from '../support/lab.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';

interface Shown {
  readonly aor: string;
  readonly event: string | null;
  readonly outcome: string;
  readonly reason: string | null;
}

function outcomesOf(result: CliResult): string[] {
  const { phones } = jsonOf<{ phones: readonly Shown[] }>(result);
  return phones.map(({ aor, event, outcome, reason }) => `${aor} ${event}: ${outcome}${reason ? `, ${reason}` : ''}`);
}

/** What each phone was told: its contact's port, the state of the subscription, and the lamp. */
function told({ requests }: Lab): string[] {
  return requests.map(({ request }) => {
    const port = /^NOTIFY \S+:(\d+)/.exec(request)?.[1];
    const state = /^Subscription-State: (\w+)/m.exec(request)?.[1];
    const lamp = /^Messages-Waiting: (\w+)\r$/m.exec(request)?.[1];
    const counts = /^Voice-Message: (.*)\r$/m.exec(request)?.[1];
    return `${port} ${state} ${lamp} ${counts}`;
  });
}

function box(fresh: number, saved = 0): Mailbox {
  return { new: fresh, saved, newUrgent: 0, savedUrgent: 0 };
}

const SHARED: PhoneOptions[] = [
  { user: '1000', userAgent: SNOM, networkPort: 7001 },
  { user: '1000', userAgent: YEALINK, networkPort: 7002 },
  { user: '1001', userAgent: YEALINK, networkPort: 7003, mwiAccount: '1000@phones.test' },
];

describe('mwi on and off', () => {
  it('light a lamp that ignores the usual way by another, and say which and why', async () => {
    await withSandbox({ phones: [{ user: '1000', userAgent: YEALINK, networkPort: 7001 }] }, async (lab) => {
      const on = await runCli(['mwi', 'on', '1000@phones.test', '--json', ...lab.to]);
      expect(on.code, on.stderr).toBe(0);
      expect(outcomesOf(on)).toEqual(['1000@phones.test NOTIFY message-summary: accepted']);
      expect(on.stderr).toContain('note: yealink: ignores a lamp that comes in state terminated');
      const off = await runCli(['mwi', 'off', '1000@phones.test', '--old', '2', '-q', ...lab.to]);
      expect([off.code, off.stderr]).toEqual([0, '']);
      expect(told(lab)).toEqual(['7001 active yes 1/0 (0/0)', '7001 active no 0/2 (0/0)']);
    });
  });

  it('light all lamps of a mailbox, each once, subscribed or not', async () => {
    const subscribed = { subscriptions: [{ event: 'message-summary' }] } as const;
    const [snom, ...yealinks] = SHARED.map((phone) => ({ ...phone, ...subscribed }));
    for (const phones of [SHARED, snom ? [snom, ...yealinks] : []]) {
      await withSandbox({ phones }, async (lab) => {
        const on = await runCli(['mwi', 'on', '1000@phones.test', '--json', ...lab.to]);
        expect(on.code, on.stderr).toBe(0);
        expect(outcomesOf(on)).toEqual([
          '1000@phones.test MESSAGE_WAITING: accepted',
          '1000@phones.test NOTIFY message-summary: accepted',
          '1000@phones.test NOTIFY message-summary: accepted',
        ]);
        expect(told(lab).sort()).toEqual([
          '7001 terminated yes 1/0 (0/0)',
          '7002 active yes 1/0 (0/0)',
          '7003 active yes 1/0 (0/0)',
        ]);
      });
    }
  });

  it('see what each phone answers, one refusing among them', async () => {
    const phones = SHARED.map((phone, index) => ({ ...phone, ...(index === 1 && { answer: 481 }) }));
    await withSandbox({ phones }, async (lab) => {
      const on = await runCli(['mwi', 'on', '1000@phones.test', '--evidence', 'answered', '--json', ...lab.to]);
      expect(on.code, on.stderr).toBe(5);
      expect(outcomesOf(on).sort()).toEqual([
        '1000@phones.test MESSAGE_WAITING: answered',
        '1000@phones.test NOTIFY message-summary: answered',
        expect.stringMatching(/^1000@phones.test NOTIFY message-summary: refused, 481/),
      ]);
    });
  });

  it('without a look at who is there are MESSAGE_WAITING, with a note', async () => {
    await withSandbox({ phones: SHARED }, async (lab) => {
      await withFolder({ 'phones.csv': 'user,domain,vendor\n1000,phones.test,yealink\n' }, async (folder) => {
        const args = ['mwi', 'on', '-i', `${folder}/phones.csv`, '--json', ...lab.to];
        for (const flag of ['--no-check', '--dry-run']) {
          const run = await runCli([...args, flag]);
          expect(run.code, run.stderr).toBe(0);
          expect(outcomesOf(run)).toEqual([expect.stringContaining('MESSAGE_WAITING')]);
          expect(run.stderr).toMatch(/note: yealink: .*with --check/);
        }
        const looked = await runCli([...args, '--dry-run', '--check']);
        expect(outcomesOf(looked).map((line) => line.split(':')[0])).toEqual([
          '1000@phones.test MESSAGE_WAITING',
          '1000@phones.test NOTIFY message-summary',
          '1000@phones.test NOTIFY message-summary',
        ]);
      });
    });
  });
});

describe('mwi resend', () => {
  const mailboxes = { '1000@phones.test': box(3, 1), '1002@phones.test': box(0, 4), '1003@other.test': box(1) };
  const phones: PhoneOptions[] = [
    ...SHARED,
    { user: '1002', userAgent: SNOM, networkPort: 7004 },
    { user: '1003', host: 'other.test', userAgent: SNOM, networkPort: 7005 },
    { user: '1004', userAgent: SNOM, networkPort: 7006 },
  ];

  it('sets all lamps of a domain to what the mailboxes hold, one order a mailbox', async () => {
    await withSandbox({ phones, mailboxes }, async (lab) => {
      const run = await runCli(['mwi', 'resend', '--domain', 'phones.test', '--json', ...lab.to]);
      expect(run.code, run.stderr).toBe(0);
      expect(told(lab).sort()).toEqual([
        '7001 terminated yes 3/1 (0/0)',
        '7002 active yes 3/1 (0/0)',
        '7003 active yes 3/1 (0/0)',
        '7004 terminated no 0/4 (0/0)',
        '7006 terminated no 0/0 (0/0)',
      ]);
      const asked = lab.commands.map(String).filter((command) => command.includes('vm_boxcount'));
      expect(asked.map((command) => /vm_boxcount (\S+)\|all/.exec(command)?.[1])).toEqual([
        '1000@phones.test',
        '1002@phones.test',
        '1004@phones.test',
      ]);
    });
  });

  it('is for all that are registered, for AORs, and for an inventory', async () => {
    await withSandbox({ phones, mailboxes }, async (lab) => {
      const aorsOf = async (...args: string[]) => {
        const run = await runCli(['mwi', 'resend', '--json', ...args, ...lab.to]);
        expect(run.code, run.stderr).toBe(0);
        return [...new Set(outcomesOf(run).map((line) => line.split(' ')[0]))];
      };
      expect(await aorsOf('--registered')).toEqual([
        ...['1000@phones.test', '1002@phones.test'],
        ...['1003@other.test', '1004@phones.test'],
      ]);
      expect(await aorsOf('--registered', '--where', 'vendor=yealink')).toEqual(['1000@phones.test']);
      // A phone that shows another's mailbox.
      expect(await aorsOf('1001', '--domain', 'phones.test')).toEqual(['1000@phones.test']);
      await withFolder(
        { 'boxes.csv': 'user,domain,new,old\n1002,phones.test,5,6\n1004,phones.test,,\n' },
        async (dir) => {
          const before = lab.requests.length;
          expect(await aorsOf('-i', `${dir}/boxes.csv`)).toEqual(['1002@phones.test', '1004@phones.test']);
          expect(told(lab).slice(before)).toEqual(['7004 terminated yes 5/6 (0/0)', '7006 terminated no 0/0 (0/0)']);
        },
      );
    });
  });

  it('asks the voicemail in a dry run, too, and sends nothing', async () => {
    await withSandbox({ phones, mailboxes }, async (lab) => {
      const run = await runCli(['mwi', 'resend', '--domain', 'phones.test', '-n', ...lab.to]);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout).toContain('MWI-Voice-Message: 0/4 (0/0)');
      expect(run.stdout).toContain('Voice-Message: 3/1 (0/0)');
      expect(lab.events).toEqual([]);
    });
  });

  it('without mod_voicemail says what to do, and does it', async () => {
    await withSandbox({ phones, modules: ['mod_sofia', 'mod_commands'] }, async (lab) => {
      const run = await runCli(['mwi', 'resend', '--registered', ...lab.to]);
      expect(run.code).toBe(4);
      expect(run.stderr).toContain('mod_voicemail is not loaded');
      expect(run.stderr).toContain('columns new and old of an inventory');
      await withFolder({ 'boxes.csv': 'user,domain,new\n1002,phones.test,1\n' }, async (folder) => {
        const given = await runCli(['mwi', 'resend', '-i', `${folder}/boxes.csv`, '--json', ...lab.to]);
        expect(given.code, given.stderr).toBe(0);
      });
      expect(told(lab)).toEqual(['7004 terminated yes 1/0 (0/0)']);
    });
  });

  it('refuses a file with wrong counts or wrong rows before anything is sent, and names only what is wrong', async () => {
    await withSandbox({ phones, mailboxes }, async (lab) => {
      const files = {
        'counts.csv': 'user,domain,new\n1000,phones.test,1\n1002,phones.test,"-1\r\nx"\n',
        'rows.csv': 'user,domain\n1000,phones.test\n,phones.test\n',
      };
      await withFolder(files, async (folder) => {
        const counts = await runCli(['mwi', 'resend', '-i', `${folder}/counts.csv`, ...lab.to]);
        expect(counts.code).toBe(3);
        expect(counts.stderr).toContain('1002@phones.test: column new:');
        const rows = await runCli(['mwi', 'resend', '-i', `${folder}/rows.csv`, ...lab.to]);
        expect(rows.code).toBe(3);
        expect(rows.stderr).toContain('1 row is wrong');
        const unchecked = await runCli(['mwi', 'resend', '1000@phones.test', '--no-check', ...lab.to]);
        expect(unchecked.code).toBe(2);
        expect(unchecked.stderr).toContain("no column new, and its voicemail can't be asked");
      });
      expect(lab.events).toEqual([]);
    });
  });

  it('wants --yes for more than 50 phones, and a server', async () => {
    await withSandbox({ phones: 60, mailboxes }, async (lab) => {
      const careless = await runCli(['mwi', 'resend', '--registered', ...lab.to]);
      expect(careless.code).toBe(2);
      expect(careless.stderr).toContain('mwi resend 60 phones: more than 50 phones needs --yes');
      expect(lab.requests).toEqual([]);
      const meant = await runCli(['mwi', 'resend', '--registered', '--yes', '--rate', '0', '-q', ...lab.to]);
      expect(meant.code, meant.stderr).toBe(0);
      expect(lab.events).toHaveLength(60);
    });
    const alone = await runCli(['mwi', 'resend', '1000@phones.test', '-P', '1']);
    expect(alone.code).toBe(4);
    const nobody = await runCli(['mwi', 'resend', '-P', '1']);
    expect(nobody.code).toBe(2);
  });
});
