import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/index.js';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { jsonOf, linesOf, type RunningCli, runCli, startCli } from '../support/cli.js';
import { type Lab, SNOM, snoms, withFolder, withSandbox, YEALINK } from '../support/lab.js';
import { summed, type Told, tell, toldBy } from '../support/outcomes.js';
import { withRelay } from '../support/relay.js';

const SPA = 'Cisco/SPA504G-7.6.2f';
const ANSWERED = ['--evidence', 'answered'];
const RETURNED = ['--evidence', 'returned'];
/** For those of which no more is expected. */
const SOON = ['--evidence-timeout', '3s'];

function aors(...users: number[]): string[] {
  return users.map((user) => `${user}@phones.test`);
}

/** Who switched what on and off: the commands that do. */
function switches({ commands }: Lab): string[] {
  return commands.map((raw) => raw.toString().trim()).filter((line) => / siptrace /.test(line));
}

/** The SIP status of each phone's outcome, by its user. */
function statuses({ phones }: Told): Record<string, number | null> {
  return Object.fromEntries(phones.map(({ aor, sipStatus }) => [aor.split('@')[0], sipStatus]));
}

/** One that takes orders, one that refuses them, one that never answers. */
const THREE: PhoneOptions[] = [
  { user: '1000', userAgent: SNOM },
  { user: '1001', userAgent: SNOM, answer: 489 },
  { user: '1002', userAgent: SNOM, answer: null },
];

describe.concurrent('what phones answer', () => {
  it.each([
    [['resync']],
    [['notify', 'xml', '--body', '<x/>', '--content-type', 'application/xml']],
    [['mwi', 'on']],
    [['info', '--body', 'x', '--content-type', 'a/b']],
    [['feature', 'dnd', 'on']],
    [['send', 'snom-text', '--set', 'title=x', '--set', 'text=y']],
  ])('is seen in the SIP trace, which is off afterwards: %j', async (command) => {
    const phones = THREE.map((phone): PhoneOptions => ({ ...phone, subscriptions: [{ event: 'as-feature-event' }] }));
    await withSandbox({ phones }, async (lab) => {
      const told = await tell([...command, ...aors(1000, 1001, 1002), ...ANSWERED, ...SOON, ...lab.to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 answered',
        '1001 refused: 489 Bad Event',
        '1002 no-answer: no answer within 3s',
      ]);
      expect(statuses(told)).toEqual({ 1000: 200, 1001: 489, 1002: null });
      expect(switches(lab)[0]).toBe('api sofia profile internal siptrace on');
      expect(lab.sandbox.traced).toEqual([]);
      expect(told.stderr).toMatch(/^note: .*FreeSWITCH traces SIP on internal/m);
    });
  });

  it('is what counts for the exit code', async () => {
    await withSandbox({ phones: snoms(2) }, async ({ to }) => {
      const result = await runCli(['resync', ...aors(1000, 1001), ...ANSWERED, '--json', ...to]);
      expect(result.code).toBe(0);
      expect(jsonOf(result)).toMatchObject({ run: { evidence: 'answered' }, summary: { answered: 2 } });
    });
  });

  it('is said of each device of an extension', async () => {
    const second: PhoneOptions = { user: '1000', userAgent: YEALINK, networkIp: '192.0.2.2' };
    const phones: PhoneOptions[] = [
      { user: '1000', userAgent: SNOM },
      second,
      { user: '1001', userAgent: SNOM },
      { ...second, user: '1001', networkIp: '192.0.2.3', answer: 481 },
      { user: '1002', userAgent: SNOM },
      { ...second, user: '1002', networkIp: '192.0.2.4', answer: null },
    ];
    await withSandbox({ phones }, async ({ to }) => {
      const args = [...aors(1000, 1001, 1002), ...ANSWERED, ...SOON, ...to];
      const [together, apart] = [await tell(['notify', 'xml', ...args]), await tell(['resync', ...args])];
      expect(summed(together)).toEqual([
        '1000 answered: 2 devices',
        '1001 refused: 481 Call/Transaction Does Not Exist; 1 of its 2 devices: 1001@192.0.2.3:5060',
        '1002 no-answer: no answer within 3s; 1 of its 2 devices: 1002@192.0.2.4:5060',
      ]);
      expect(apart.phones.map(({ aor, vendor, outcome }) => `${aor} ${vendor} ${outcome}`).sort()).toEqual([
        '1000@phones.test snom answered',
        '1000@phones.test yealink answered',
        '1001@phones.test snom answered',
        '1001@phones.test yealink refused',
        '1002@phones.test snom answered',
        '1002@phones.test yealink no-answer',
      ]);
    });
  });

  it('to an INFO comes from the one device of an extension that FreeSWITCH sends it to', async () => {
    const phones = [...snoms(1), { user: '1000', userAgent: YEALINK, networkIp: '192.0.2.2' }];
    await withSandbox({ phones }, async ({ to, requests }) => {
      const told = await tell(['info', ...aors(1000), '--body', 'x', ...ANSWERED, ...SOON, ...to]);
      expect(requests.filter(({ method }) => method === 'INFO')).toHaveLength(1);
      expect(told.phones).toMatchObject([{ outcome: 'answered', sipStatus: 200 }]);
    });
  });

  it('may be a challenge, and then what counts is the answer to the second try', async () => {
    const phones = snoms(2).map((phone) => ({ ...phone, userAgent: SPA, challenge: true }));
    await withSandbox({ phones, users: [{ id: '1001' }] }, async ({ to, sandbox }) => {
      const told = await tell(['resync', ...aors(1000, 1001), ...ANSWERED, ...to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 answered',
        expect.stringMatching(/^1001 refused: 401 Unauthorized; .*reverse-auth-user and reverse-auth-pass/),
      ]);
      expect(statuses(told)).toEqual({ 1000: 200, 1001: 401 });
      expect(sandbox.traced).toEqual([]);
    });
  });

  it('can not be seen without the trace', async () => {
    const { code, stderr } = await runCli(['resync', ...aors(1000), ...ANSWERED, '--no-trace']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^phonectl: --evidence answered with --no-trace: /);
  });

  it('is not looked for unless it is asked for', async () => {
    await withSandbox({ phones: THREE }, async (lab) => {
      const told = await tell(['resync', ...aors(1000, 1001, 1002), ...lab.to]);
      expect(told).toMatchObject({ code: 0, stderr: '' });
      expect(statuses(told)).toEqual({ 1000: null, 1001: null, 1002: null });
      expect(switches(lab)).toEqual([]);
    });
  });
});

describe.concurrent('what phones answer to a text', () => {
  it('is reported by mod_sms, without a trace', async () => {
    await withSandbox({ phones: THREE, textTimeoutMs: 500 }, async (lab) => {
      const told = await tell(['message', 'hi', ...aors(1000, 1001, 1002), ...ANSWERED, ...lab.to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 answered',
        '1001 refused: the phone answered 489',
        '1002 no-answer: no answer within 20 s',
      ]);
      expect(statuses(told)).toEqual({ 1000: 200, 1001: 489, 1002: null });
      expect(lab.requests.map(({ method }) => method)).toEqual(['MESSAGE', 'MESSAGE', 'MESSAGE']);
      expect(switches(lab)).toEqual([]);
      expect(told.stderr).not.toContain('trace');
    });
  });

  it('is seen in the trace where there is no mod_sms', async () => {
    await withSandbox({ phones: THREE, modules: ['mod_sofia'] }, async (lab) => {
      const told = await tell(['message', 'hi', ...aors(1000, 1001, 1002), ...ANSWERED, ...SOON, ...lab.to]);
      expect(told.code).toBe(5);
      expect(told.phones.map(({ outcome }) => outcome).sort()).toEqual(['answered', 'no-answer', 'refused']);
      expect(statuses(told)).toEqual({ 1000: 200, 1001: 489, 1002: null });
      expect(lab.sandbox.traced).toEqual([]);
    });
  });
});

describe.concurrent('the SIP trace', () => {
  const waiting = ['notify', 'xml', ...aors(1002), ...ANSWERED, '--evidence-timeout', '1m'];

  /** Waits until the trace is on and the phone has got its order. */
  async function ordered({ sandbox, requests }: Lab): Promise<void> {
    await expect.poll(() => sandbox.traced, { timeout: 20_000 }).toEqual(['internal']);
    await expect.poll(() => requests.some(({ event }) => event === 'xml'), { timeout: 20_000 }).toBe(true);
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is off after %s, and what is known by then is told', async (signal, code) => {
    await withSandbox({ phones: THREE }, async (lab) => {
      const running = await startCli([...waiting, '-o', 'jsonl', ...lab.to]);
      await ordered(lab);
      running.process.kill(signal);
      const told = toldBy(await running.ended);
      expect(told).toMatchObject({ code, signal: null });
      expect(summed(told)).toEqual(['1002 accepted: interrupted before its evidence came']);
      expect(lab.sandbox.traced).toEqual([]);
    });
  });

  it('is off after its connection was lost: another one switches it off', async () => {
    await withSandbox({ phones: THREE }, (lab) =>
      withRelay(lab.port, async ({ port, cut }) => {
        const running = await startCli([...waiting, '-o', 'jsonl', '-P', String(port)]);
        await ordered(lab);
        expect(cut('siptrace on')).toBe(1);
        const told = toldBy(await running.ended);
        expect(told).toMatchObject({ code: 5, signal: null });
        expect(summed(told)).toEqual([expect.stringMatching(/^1002 no-answer: the SIP trace was lost: /)]);
        expect(lab.sandbox.traced).toEqual([]);
      }),
    );
  });

  it('can not be switched off when the server is gone: then the user is told what to type', async () => {
    let running: RunningCli | undefined;
    await withSandbox({ phones: THREE }, async (lab) => {
      running = await startCli([...waiting, '-o', 'jsonl', ...lab.to]);
      await ordered(lab);
    });
    const result = await running?.ended;
    expect(result).toMatchObject({ code: 5, signal: null });
    expect(result?.stderr).toContain('sofia profile internal siptrace off');
    expect(result?.stdout).toMatch(/"outcome":"no-answer"/);
  });

  it('stays on if it was on before', async () => {
    await withSandbox({ phones: THREE }, async (lab) => {
      await withSocket(lab, 'api sofia profile internal siptrace on');
      const told = await tell(['resync', ...aors(1000), ...ANSWERED, ...lab.to]);
      expect(told).toMatchObject({ code: 0, phones: [{ outcome: 'answered', sipStatus: 200 }] });
      expect(lab.sandbox.traced).toEqual(['internal']);
    });
  });

  it('runs on those profiles only that orders go to', async () => {
    const phones = [...snoms(1), { user: '1001', userAgent: SNOM, profile: 'external' }];
    await withSandbox(
      { phones, profiles: ['internal', 'external', 'third'].map((name) => ({ name })) },
      async (lab) => {
        const told = await tell(['resync', ...aors(1000, 1001), ...ANSWERED, ...lab.to]);
        expect(summed(told)).toEqual(['1000 answered', '1001 answered']);
        const on = switches(lab).filter((line) => line.endsWith(' on'));
        expect(on.sort()).toEqual(['api sofia profile external siptrace on', 'api sofia profile internal siptrace on']);
        expect(lab.sandbox.traced).toEqual([]);
      },
    );
  });

  it('is never switched on for nobody', async () => {
    await withSandbox({ phones: THREE }, async (lab) => {
      const told = await tell(['resync', ...aors(7777), '--default-vendor', 'snom', ...ANSWERED, ...lab.to]);
      expect(told).toMatchObject({ code: 5, phones: [{ outcome: 'skipped' }] });
      expect(switches(lab)).toEqual([]);
    });
  });
});

/** Sends one command on a connection of its own, and waits for what it answers. */
async function withSocket({ port }: Lab, line: string): Promise<void> {
  const connection = await connect({ host: '127.0.0.1', port, password: 'ClueCon' });
  await connection.send({ line });
  await connection.close();
}

describe.concurrent('phones that register again', () => {
  /** By what they can be told to be back, in the order of their users; and those who are not. */
  const phones: PhoneOptions[] = [
    { returnsAfterMs: 100 },
    { returnsAfterMs: 100, returnsWith: { sameCallId: true, contact: '"" <sip:1001@192.0.2.9:5060>' } },
    { returnsAfterMs: 100, returnsWith: { userAgent: 'snomD785/10.1.184.15' } },
    { returnsAfterMs: 100, returnsWith: { sameCallId: true }, unregistersFirst: true },
    { returnsAfterMs: 100, returnsWith: { sameCallId: true } },
    { returnsAfterMs: 1500 },
    {},
    { answer: 481 },
    { answer: null },
    { offline: true },
  ].map((options, index) => ({ ...options, user: String(1000 + index), userAgent: SNOM }));
  const everybody = phones.map(({ user }) => `${user}@phones.test`);

  it('are back, and the outcome says by what that shows', async () => {
    await withSandbox({ phones }, async ({ to, sandbox }) => {
      const flags = ['--default-vendor', 'snom', ...RETURNED, '--evidence-timeout', '5s'];
      const told = await tell(['resync', ...everybody, ...flags, ...to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 returned: new Call-ID',
        '1001 returned: its contact changed',
        '1002 returned: new Call-ID, firmware 10.1.169.16 → 10.1.184.15',
        '1003 returned: it had unregistered',
        '1004 returned: long before it was due',
        '1005 returned: new Call-ID',
        '1006 no-answer: answered 200, but not registered again within 5s',
        '1007 refused: 481 Call/Transaction Does Not Exist',
        '1008 no-answer: no answer, and not registered again within 5s',
        '1009 skipped: not registered',
      ]);
      expect(statuses(told)).toMatchObject({ 1000: 200, 1006: 200, 1007: 481, 1008: null, 1009: null });
      expect(sandbox.traced).toEqual([]);
    });
  });

  it('are back without a trace too; who refuses is not seen then', async () => {
    await withSandbox({ phones }, async (lab) => {
      const told = await tell(['reboot', ...aors(1000, 1007), ...RETURNED, '--no-trace', ...SOON, '-y', ...lab.to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual(['1000 returned: new Call-ID', '1007 no-answer: not registered again within 3s']);
      expect(switches(lab)).toEqual([]);
      expect(told.stderr).not.toMatch(/^note:.*trace/m);
    });
  });

  const devices: PhoneOptions[] = [
    { user: '1000', userAgent: SNOM, returnsAfterMs: 100 },
    { user: '1000', userAgent: YEALINK, networkIp: '192.0.2.2' },
  ];

  it('are all of the devices of an extension, or the outcome says which is not', async () => {
    await withSandbox({ phones: devices }, async ({ to }) => {
      const told = await tell(['notify', 'check-sync', ...aors(1000), ...RETURNED, ...SOON, ...to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 no-answer: answered 200, but not registered again within 3s; 1 of its 2 devices: 1000@192.0.2.2:5060',
      ]);
    });
  });

  it('are not taken one for the other, if each of an extension is told by itself', async () => {
    await withSandbox({ phones: devices }, async ({ to }) => {
      const told = await tell(['resync', ...aors(1000), ...RETURNED, ...SOON, ...to]);
      expect(told.phones.map(({ vendor, outcome, reason }) => `${vendor} ${outcome}: ${reason}`).sort()).toEqual([
        'snom returned: new Call-ID',
        'yealink no-answer: answered 200, but not registered again within 3s',
      ]);
    });
  });

  it.each([
    ['mwi', 'on'],
    ['message', 'hi'],
    ['feature', 'dnd', 'on'],
  ])('do not for: %s %s', async (...command) => {
    const { code, stderr } = await runCli([...command, ...aors(1000), ...RETURNED]);
    expect(code).toBe(2);
    expect(linesOf(stderr)[0]).toContain('--evidence returned: phones do not register again for');
  });
});

describe('a fleet of 1,000 that is rebooted', () => {
  /** What each hundred holds, by the place in it. */
  const faults: readonly (readonly [until: number, options: Partial<PhoneOptions>, outcome: string])[] = [
    [5, { offline: true }, 'skipped: not registered'],
    [7, { answer: 489 }, 'refused: 489 Bad Event'],
    [8, { answer: null }, 'no-answer: no answer, and not registered again within 8s'],
    [11, { inCall: true }, 'skipped: in a call'],
    [100, { returnsAfterMs: 200 }, 'returned: new Call-ID'],
  ];
  const fleet = snoms(1000).map((phone, index) => {
    const [, options = {}, outcome = ''] = faults.find(([until]) => index % 100 < until) ?? [];
    return { phone: { ...phone, ...options }, outcome };
  });
  const rows = fleet.map(({ phone: { user } }) => `${user},phones.test,snom\n`).join('');

  it('comes to exactly what became of each, and the comparison finds the same that are off', async () => {
    await withFolder({ 'fleet.csv': `user,domain,vendor\n${rows}` }, (cwd) =>
      withSandbox({ phones: fleet.map(({ phone }) => phone) }, async ({ to, sandbox, requests }) => {
        const flags = [...RETURNED, '--evidence-timeout', '8s', '--yes', '--rate', '0'];
        const told = await tell(['reboot', '-i', 'fleet.csv', ...flags, ...to], { cwd });
        expect(told.code).toBe(5);
        expect(summed(told)).toEqual(fleet.map(({ phone, outcome }) => `${phone.user} ${outcome}`).sort());
        expect(sandbox.traced).toEqual([]);
        const orders = requests.filter(({ event }) => event === 'check-sync;reboot=true').map(({ aor }) => aor);
        expect([orders.length, new Set(orders).size]).toEqual([920, 920]);
        const diff = await runCli(['inventory', 'diff', 'fleet.csv', '--json', ...to], { cwd });
        const { differences } = jsonOf<{ differences: { aor: string; kind: string }[] }>(diff);
        const off = fleet.filter(({ phone }) => phone.offline).map(({ phone }) => `${phone.user}@phones.test missing`);
        expect(differences.map(({ aor, kind }) => `${aor} ${kind}`).sort()).toEqual(off.sort());
      }),
    );
  });
});
