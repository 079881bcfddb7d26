import { describe, expect, it } from 'vitest';
import type { PhoneOptions, SandboxOptions } from '../../src/sandbox/index.js';
import { linesOf, runCli } from '../support/cli.js';
import { type Lab, SNOM, snoms, withFolder, withSandbox, YEALINK } from '../support/lab.js';
import { summed, tell } from '../support/outcomes.js';
import { apiResponse, commandReply, scriptedServer } from '../support/scripted-server.js';

const POLY = 'PolycomVVX-VVX_411-UA/6.4.3.5156';
const SPA = 'Cisco/SPA504G-7.6.2f';

/** Two devices of one extension. */
const DEVICES: PhoneOptions[] = [
  { user: '1000', userAgent: SNOM, callId: 'of-the-snom', networkIp: '192.0.2.1' },
  { user: '1000', userAgent: YEALINK, callId: 'of-the-yealink', networkIp: '192.0.2.2' },
];
const AT_THE_SNOM = 'sip:1000@192.0.2.1:5060';
const AT_THE_YEALINK = 'sip:1000@192.0.2.2:5060';

/** Runs a function against a sandbox, with a folder that holds one inventory, `fleet.csv`. */
function withFleet(options: SandboxOptions, csv: string, use: (lab: Lab, cwd: string) => Promise<void>): Promise<void> {
  return withFolder({ 'fleet.csv': csv }, (cwd) => withSandbox(options, (lab) => use(lab, cwd)));
}

/** The questions that were asked, without those by which everything begins. */
function questions({ commands }: Lab): string[] {
  return commands.map((raw) => raw.toString().trim()).filter((line) => line.startsWith('api sofia xmlstatus profile'));
}

function aors(...users: number[]): string[] {
  return users.map((user) => `${user}@phones.test`);
}

describe.concurrent('a SIP profile that there is not', () => {
  it('is a usage error if the command line names it, with the one that was probably meant', async () => {
    await withSandbox({ phones: snoms(1) }, async ({ to, events }) => {
      const args = ['resync', ...aors(1000), '--sip-profile', 'intrenal', ...to];
      expect(await runCli(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: 'phonectl: --sip-profile: no SIP profile "intrenal"; near it: internal\n',
      });
      expect(events).toEqual([]);
    });
  });

  it('costs a row that names it its order, and the others nothing', async () => {
    const csv = 'user,domain,profile\n1000,phones.test,intrenal\n1001,phones.test,zzz\n1002,phones.test,\n';
    await withFleet({ phones: snoms(3) }, csv, async ({ to }, cwd) => {
      const told = await tell(['resync', '-i', 'fleet.csv', ...to], { cwd });
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual([
        '1000 skipped: no SIP profile "intrenal"; near it: internal',
        '1001 skipped: no SIP profile "zzz"; there are external, internal, phones.test',
        '1002 accepted',
      ]);
    });
  });
});

describe.concurrent('a phone is looked for', () => {
  it('on the profile that its row names, by whichever of its names', async () => {
    const csv = `user,domain,profile
1000,phones.test,phones.test
1000,phones.test,internal
1001,phones.test,external
1002,phones.test,external
`;
    const phones = [...snoms(2), { user: '1002', userAgent: SNOM, profile: 'external' }];
    await withFleet({ phones }, csv, async ({ to, requests }, cwd) => {
      const told = await tell(['resync', '-i', 'fleet.csv', ...to], { cwd });
      expect(summed(told)).toEqual([
        '1000 accepted',
        '1000 skipped: duplicate: an earlier row is the same phone',
        '1001 skipped: not registered on external, but on internal',
        '1002 accepted',
      ]);
      expect(requests.map(({ aor, profile }) => `${aor} ${profile}`)).toEqual([
        '1000@phones.test internal',
        '1002@phones.test external',
      ]);
    });
  });

  it('on all of them if nothing names one, and the outcome says where it was found', async () => {
    const phones = [{ user: '1000', userAgent: SNOM, profile: 'external' }, ...snoms(2).slice(1)];
    await withSandbox({ phones }, async ({ to, requests }) => {
      const told = await tell(['resync', ...aors(1000, 1001), ...to]);
      expect(told).toMatchObject({ code: 0, phones: [{ profile: 'external' }, { profile: 'internal' }] });
      expect(requests.map(({ profile }) => profile)).toEqual(['external', 'internal']);
      const narrowed = await tell(['resync', ...aors(1000), '--sip-profile', 'internal', ...to]);
      expect(narrowed.code).toBe(5);
      expect(summed(narrowed)).toEqual(['1000 skipped: not registered on internal, but on external']);
    });
  });

  it('in vain: the reason tells a typing error from a phone that is switched off', async () => {
    const phones = [...snoms(1), { user: '1001', userAgent: SNOM, offline: true }];
    await withSandbox({ phones }, async ({ to, events }) => {
      const nobody = ['1001@phones.test', '7777@phones.test', '1000@phones.tset', '1000@elsewhere.example'];
      const told = await tell(['resync', ...nobody, '--default-vendor', 'snom', ...to]);
      expect({ code: told.code, events }).toEqual({ code: 5, events: [] });
      expect(told.phones.map(({ outcome, reason, event }) => [outcome, reason, event])).toEqual([
        ['skipped', 'not registered', 'NOTIFY check-sync;reboot=false'],
        ['skipped', 'not registered; the directory has no user 7777@phones.test', 'NOTIFY check-sync;reboot=false'],
        [
          'skipped',
          'not registered; the directory has no user 1000@phones.tset; a domain near it: phones.test',
          'NOTIFY check-sync;reboot=false',
        ],
        [
          'skipped',
          'not registered; the directory has no user 1000@elsewhere.example',
          'NOTIFY check-sync;reboot=false',
        ],
      ]);
    });
  });

  it('and costs the others nothing if it is not there', async () => {
    await withSandbox({ phones: snoms(2) }, async ({ to, requests }) => {
      const told = await tell(['resync', ...aors(1000, 7777, 1001), ...to]);
      expect(told.code).toBe(5);
      expect(requests.map(({ aor }) => aor)).toEqual(aors(1000, 1001));
    });
  });

  it('not at all with --no-check: everybody gets the order, and +OK is all that is known', async () => {
    await withSandbox({}, async ({ to, events, commands }) => {
      const told = await tell(['notify', 'xml', ...aors(1000, 7777), '--sip-profile', 'nowhere', '--no-check', ...to]);
      expect(told.code).toBe(0);
      expect(summed(told)).toEqual(['1000 accepted', '7777 accepted']);
      expect(events).toHaveLength(2);
      expect(commands.filter((raw) => raw.toString().startsWith('api'))).toEqual([]);
    });
  });

  it('by a dry run only if it is asked to', async () => {
    await withSandbox({ phones: snoms(1) }, async ({ to, commands }) => {
      const args = ['resync', ...aors(1000, 7777), '--default-vendor', 'snom', '-n', ...to];
      const blind = await tell(args);
      expect(commands).toEqual([]);
      const looked = await tell([...args, '--check']);
      expect([summed(blind), summed(looked)]).toEqual([
        ['1000 planned', '7777 planned'],
        ['1000 planned', '7777 skipped: not registered; the directory has no user 7777@phones.test'],
      ]);
    });
  });
});

describe.concurrent('the questions', () => {
  it('are about the phones alone if they are few', async () => {
    await withSandbox({ phones: 200 }, async (lab) => {
      await tell(['notify', 'xml', ...aors(1000, 1001), ...lab.to]);
      expect(questions(lab).sort()).toEqual(
        ['external', 'internal'].flatMap((profile) =>
          aors(1000, 1001).map((aor) => `api sofia xmlstatus profile ${profile} user ${aor}`),
        ),
      );
    });
  });

  it.each([
    [20, 300, 2],
    [20, 3000, 40],
  ])('about %d of %d phones are %d: one by one or all at once, whichever is less', async (told, there, asked) => {
    const rows = Array.from({ length: told }, (_, index) => `${1000 + index},phones.test\n`).join('');
    await withFleet({ phones: there }, `user,domain\n${rows}`, async (lab, cwd) => {
      const { code } = await tell(['notify', 'xml', '-i', 'fleet.csv', '--rate', '0', ...lab.to], { cwd });
      expect(code).toBe(0);
      expect(questions(lab).filter((line) => / (?:reg|user \S+)$/.test(line))).toHaveLength(asked);
    });
  });

  it('are not for everybody: a login that may not ask is told how to do without', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        if (line === 'exit') peer.socket.end(commandReply('+OK bye'));
        else if (line.startsWith('api')) peer.write(commandReply('-ERR permission denied'));
        else peer.write(commandReply('+OK 2b9e1f0e-0000-0000-0000-000000000000'));
      }
    });
    const to = ['-P', String(server.port)];
    const [asked, unasked] = await Promise.all([
      runCli(['mwi', 'on', ...aors(1000), ...to]),
      tell(['mwi', 'on', ...aors(1000), '--no-check', ...to]),
    ]);
    expect(asked).toMatchObject({ code: 4, stdout: '' });
    const [said, hint] = linesOf(asked.stderr);
    expect(said).toContain('sofia');
    expect(hint).toBe('  try: send without looking who is there: --no-check');
    expect(unasked.code).toBe(0);
  });

  it('that are answered with nonsense end the run before anything is sent', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        await peer.command();
        peer.write(apiResponse('<html>502 Bad Gateway</html>'));
      }
    });
    const { code, stdout, stderr } = await runCli(['mwi', 'on', ...aors(1000), '-P', String(server.port)]);
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^phonectl: .*sofia xmlstatus/);
    expect(server.peers.map(({ received }) => received).join('')).not.toContain('sendevent');
  });
});

describe.concurrent('the vendor of a phone', () => {
  it('is that of its User-Agent if its row has none', async () => {
    const phones = [
      { user: '1000', userAgent: SNOM },
      { user: '1001', userAgent: POLY },
      { user: '1002', userAgent: 'Acme 1' },
    ];
    await withSandbox({ phones }, async ({ to, requests }) => {
      const told = await tell(['resync', ...aors(1000, 1001, 1002), ...to]);
      expect(told.phones.map(({ vendor }) => vendor).sort()).toEqual(['poly-uc', 'snom', null].sort());
      expect(summed(told)[2]).toMatch(/^1002 skipped: no known vendor has the User-Agent "Acme 1"/);
      expect(requests.map(({ event }) => event)).toEqual(['check-sync;reboot=false', 'check-sync']);
    });
  });

  it('is that of its row if both disagree, with a warning', async () => {
    const csv = 'user,domain,vendor\n1000,phones.test,poly-uc\n1001,phones.test,snom\n';
    await withFleet({ phones: snoms(2) }, csv, async ({ to, requests }, cwd) => {
      const args = ['resync', '-i', 'fleet.csv', ...to];
      const { code, stderr } = await tell(args, { cwd });
      expect(code).toBe(0);
      expect(linesOf(stderr).filter((line) => line.startsWith('warning'))).toEqual([
        `warning: fleet.csv:2: 1000@phones.test: the row says poly-uc, its User-Agent "${SNOM}" says snom`,
      ]);
      expect(requests.map(({ event }) => event)).toEqual(['check-sync', 'check-sync;reboot=false']);
      expect(await runCli([...args, '-q'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    });
  });
});

describe.concurrent('two devices of one extension', () => {
  it('each get the order in the dialect of their own', async () => {
    const phones = [DEVICES[0], { ...DEVICES[1], userAgent: POLY }] as PhoneOptions[];
    await withSandbox({ phones }, async ({ to, requests }) => {
      const told = await tell(['resync', ...aors(1000), ...to]);
      expect(told).toMatchObject({ code: 0, phones: [{ outcome: 'accepted' }, { outcome: 'accepted' }] });
      expect(requests.map(({ uri, event }) => `${uri} ${event}`)).toEqual([
        `${AT_THE_SNOM} check-sync;reboot=false`,
        `${AT_THE_YEALINK} check-sync`,
      ]);
    });
  });

  it.each([
    ['its vendor', 'vendor\n1000,phones.test,yealink', AT_THE_YEALINK],
    ['its Call-ID', 'vendor,call_id\n1000,phones.test,snom,of-the-snom', AT_THE_SNOM],
    ['its contact, as it has restarted', `call_id,contact\n1000,phones.test,old,${AT_THE_YEALINK}`, AT_THE_YEALINK],
  ])('are one if the row names %s', async (_, row, uri) => {
    await withFleet({ phones: DEVICES }, `user,domain,${row}\n`, async ({ to, requests }, cwd) => {
      const told = await tell(['resync', '-i', 'fleet.csv', ...to], { cwd });
      expect(told).toMatchObject({ code: 0, phones: [{ outcome: 'accepted' }] });
      expect(requests.map((request) => request.uri)).toEqual([uri]);
    });
  });

  it.each([['reboot'], ['notify', 'xml']])('are one if a condition selects it: %s', async (...command) => {
    await withSandbox({ phones: DEVICES }, async ({ to, requests }) => {
      const told = await tell([...command, '--registered', '--where', 'vendor=snom', '--yes', ...to]);
      expect(told).toMatchObject({ code: 0, phones: [{ vendor: 'snom', outcome: 'accepted' }] });
      expect(requests.map(({ uri }) => uri)).toEqual([AT_THE_SNOM]);
    });
  });
});

describe.concurrent('the phones that are registered', () => {
  const phones: PhoneOptions[] = [
    { user: '1000', userAgent: 'Yealink SIP-T46S 66.86.0.15' },
    { user: '1001', userAgent: 'Yealink SIP-T54W 96.86.0.70' },
    { user: '1002', userAgent: 'Panasonic_KX-UT113/01.133 (0080f0c8c381)' },
    { user: '1003', userAgent: SNOM, profile: 'external' },
    { user: '1004', userAgent: SNOM, offline: true },
  ];

  it.each([
    [[], [1000, 1001, 1002, 1003]],
    [
      ['--where', 'vendor=yealink'],
      [1000, 1001],
    ],
    [['--where', 'vendor=yealink', '--where', 'firmware=66.8*'], [1000]],
    [['--where', 'model=T54W'], [1001]],
    [['--where', 'mac~^0080f0'], [1002]],
    [['--where', 'user_agent=snom*'], [1003]],
    [['--sip-profile', 'external'], [1003]],
    [
      ['--sip-profile', 'phones.test', '--limit', '2'],
      [1000, 1001],
    ],
  ])('are selected by what their User-Agents say: %j', async (flags, users) => {
    await withSandbox({ phones }, async ({ to }) => {
      const told = await tell(['notify', 'xml', '--registered', ...flags, ...to]);
      expect(told.code).toBe(0);
      expect(told.phones.map(({ aor }) => aor).sort()).toEqual(aors(...users));
    });
  });

  it('are not those of a file, nor those of the command line', async () => {
    await withFleet({ phones }, 'user,domain\n1000,phones.test\n', async ({ to, events }, cwd) => {
      const both = [
        await runCli(['notify', 'xml', '--registered', '-i', 'fleet.csv', ...to], { cwd }),
        await runCli(['notify', 'xml', '--registered', '1000@phones.test', ...to], { cwd }),
      ];
      expect(both.map(({ code }) => code)).toEqual([2, 2]);
      expect(events).toEqual([]);
    });
  });

  it('are an error if they are none', async () => {
    await withSandbox({}, async ({ to }) => {
      const { code, stderr } = await runCli(['notify', 'xml', '--registered', ...to]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^phonectl: registrations: no phone is selected\n/);
    });
  });

  it('can be told only by a server that is there', async () => {
    const { code, stdout, stderr } = await runCli(['notify', 'xml', '--registered', '-P', '1']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^phonectl: can't connect to 127\.0\.0\.1:1: /);
  });
});

describe.concurrent('a lamp', () => {
  it('is that of the phone whose mailbox it is, whatever that phone is called', async () => {
    const phones = [{ user: '1000', userAgent: SNOM, mwiAccount: 'box@phones.test' }];
    await withSandbox({ phones }, async ({ to, requests }) => {
      const box = await tell(['mwi', 'on', 'box@phones.test', ...to]);
      expect(summed(box)).toEqual(['box accepted']);
      expect(requests.map(({ event, uri }) => [event, uri])).toEqual([
        ['message-summary', expect.stringMatching(/^sip:1000@/)],
      ]);
      const user = await tell(['mwi', 'on', ...aors(1000), ...to]);
      expect(user.code).toBe(5);
      expect(summed(user)).toEqual([expect.stringMatching(/^1000 skipped: .*box@phones\.test/)]);
      expect(requests).toHaveLength(1);
    });
  });
});

describe.concurrent('a phone that asks for a password', () => {
  const phones = snoms(3).map((phone) => ({ ...phone, userAgent: SPA, challenge: true }));

  it('is warned of if the directory has none for it', async () => {
    await withSandbox({ phones, users: [{ id: '1001' }] }, async ({ to }) => {
      const { code, stderr } = await tell(['resync', ...aors(1000, 1001, 1002), ...to]);
      expect(code).toBe(0);
      expect(linesOf(stderr).filter((line) => line.startsWith('warning'))).toEqual([
        'warning: cisco-spa asks for a password, and 1 of the 3 phones looked at will refuse: the directory has no reverse-auth-user and reverse-auth-pass for them: 1001@phones.test',
      ]);
    });
  });

  it('is not warned of if the directory has one, nor of a lamp, which nobody asks for a password', async () => {
    await withSandbox({ phones, users: [{ id: '1001' }] }, async ({ to }) => {
      const [resync, lamp] = await Promise.all([
        tell(['resync', ...aors(1000, 1002), ...to]),
        tell(['mwi', 'on', ...aors(1001), ...to]),
      ]);
      expect(resync.stderr + lamp.stderr).not.toContain('warning');
    });
  });
});

describe.concurrent('a phone in a call', () => {
  const phones: PhoneOptions[] = [
    { user: '1000', userAgent: SNOM, inCall: true },
    { user: '1001', userAgent: SNOM, inCall: { presenceId: false } },
    { user: '1002', userAgent: SNOM },
  ];

  it.each([
    ['reboot', [], [1000, 1001]],
    ['reboot', ['--busy', 'send'], []],
    ['resync', [], []],
    ['resync', ['--busy', 'skip'], [1000, 1001]],
  ])('by %s %j: %j are left out', async (command, flags, skipped) => {
    await withSandbox({ phones }, async ({ to }) => {
      const told = await tell([command, ...aors(1000, 1001, 1002), '--yes', ...flags, ...to]);
      expect(told.code).toBe(skipped.length > 0 ? 5 : 0);
      expect(summed(told)).toEqual(
        [1000, 1001, 1002].map((user) => `${user} ${skipped.includes(user) ? 'skipped: in a call' : 'accepted'}`),
      );
    });
  });

  it('is told when its call has ended, and the others need not wait for that', async () => {
    await withSandbox({ phones }, async ({ to, sandbox, requests }) => {
      const running = tell(['reboot', ...aors(1000, 1002), '--busy', 'wait', '--yes', ...to]);
      await expect.poll(() => requests.map(({ aor }) => aor), { timeout: 20_000 }).toEqual(aors(1002));
      sandbox.endCall('1000@phones.test');
      const told = await running;
      expect(told.code).toBe(0);
      expect(requests.map(({ aor }) => aor)).toEqual(aors(1002, 1000));
    });
  });

  it('is not waited for for ever', async () => {
    await withSandbox({ phones }, async ({ to, requests }) => {
      const told = await tell(['reboot', ...aors(1000), '--busy', 'wait', '--evidence-timeout', '1s', '--yes', ...to]);
      expect(told.code).toBe(5);
      expect(summed(told)).toEqual(['1000 skipped: in a call, for more than 1s']);
      expect(requests).toEqual([]);
    });
  });
});
