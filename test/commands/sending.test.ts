import { describe, expect, it } from 'vitest';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { jsonOf, runCli } from '../support/cli.js';
import { SNOM, withFolder, withSandbox } from '../support/lab.js';

const PHONES: PhoneOptions[] = [
  {
    user: '1000',
    userAgent: SNOM,
    subscriptions: [{ event: 'message-summary' }, { event: 'as-feature-event' }],
  },
  { user: '1001', userAgent: SNOM },
];

interface Run {
  readonly summary: Readonly<Record<string, number>>;
  readonly run: Readonly<Record<string, unknown>>;
  readonly phones: readonly Readonly<Record<string, unknown>>[];
}

/** A command line without the connection, and parts of the event and of the request that its phone gets. */
const CASES: readonly (readonly [
  command: string,
  args: readonly string[],
  event: readonly string[],
  request: object,
])[] = [
  [
    'resync',
    ['1000@phones.test', '--default-vendor', 'snom'],
    ['sendevent NOTIFY\n', '\nevent-string: check-sync;reboot=false\n', '\nuser: 1000\n', '\nhost: phones.test\n'],
    { method: 'NOTIFY', event: 'check-sync;reboot=false' },
  ],
  [
    'reboot',
    ['1000@phones.test', '--default-vendor', 'Snom', '--yes'],
    ['\nevent-string: check-sync;reboot=true\n'],
    { method: 'NOTIFY', event: 'check-sync;reboot=true' },
  ],
  [
    'notify',
    ['xml', '1000@phones.test', '--content-type', 'application/snomxml', '--body', '<x/>'],
    ['\nevent-string: xml\n', '\ncontent-type: application/snomxml\n', '\ncontent-length: 4\n\n<x/>'],
    { method: 'NOTIFY', event: 'xml', contentType: 'application/snomxml', body: '<x/>' },
  ],
  [
    'mwi on',
    ['1000@phones.test', '--new', '3', '--old', '1', '--urgent-new', '2'],
    ['sendevent MESSAGE_WAITING\n', '\nMWI-Messages-Waiting: yes\n', '\nMWI-Voice-Message: 3/1 (2/0)\n'],
    { method: 'NOTIFY', event: 'message-summary' },
  ],
  [
    'mwi off',
    ['1000@phones.test'],
    ['\nMWI-Messages-Waiting: no\n', '\nMWI-Message-Account: sip:1000@phones.test\n', 'MWI-Voice-Message: 0/0 (0/0)\n'],
    { method: 'NOTIFY', event: 'message-summary' },
  ],
  [
    'message',
    ['Canteen “closes” at 2', '1000@phones.test', '--subject', 'Hi'],
    ['sendevent SEND_MESSAGE\n', '\nsubject: Hi\n', '\ncontent-length: 25\n\nCanteen “closes” at 2'],
    { method: 'MESSAGE', body: 'Canteen “closes” at 2' },
  ],
  [
    'info',
    ['1000@phones.test', '--body', 'x', '--content-type', 'application/x'],
    ['sendevent SEND_INFO\n', '\nlocal-user: 1000@phones.test\n', '\nfrom-uri: sip:1000@phones.test\n'],
    { method: 'INFO', contentType: 'application/x', body: 'x' },
  ],
  [
    'info',
    ['--to-uri', 'sip:1@[2001:db8::1]:5060', '--from-uri', 'sip:2@192.0.2.1', '--sip-profile', 'external'],
    ['\nprofile: external\n', '\nto-uri: sip:1@[2001:db8::1]:5060\n', '\nfrom-uri: sip:2@192.0.2.1\n'],
    { method: 'INFO', uri: 'sip:1@[2001:db8::1]:5060', profile: 'external' },
  ],
  [
    'feature dnd',
    ['on', '1000@phones.test'],
    ['sendevent PHONE_FEATURE\n', '\nFeature-Event: DoNotDisturbEvent\n', '\ndoNotDisturbOn: on\n'],
    { method: 'NOTIFY', event: 'as-feature-event' },
  ],
  [
    'feature forward',
    ['no-answer', '2000', '1000@phones.test', '--rings', '4'],
    ['\nforward_no_answer: 2000\n', '\nforward_no_answer_enabled: true\n', '\nringCount: 4\n'],
    { method: 'NOTIFY', event: 'as-feature-event' },
  ],
  [
    'feature forward',
    ['busy', 'off', '1000@phones.test'],
    ['\nforward_busy: off\n', '\nforward_busy_enabled: false\n'],
    { method: 'NOTIFY', event: 'as-feature-event' },
  ],
  [
    'send',
    ['resync-url', '1000@phones.test', '--set', 'url=http://192.0.2.1/a.xml'],
    ['\nevent-string: resync;profile=http://192.0.2.1/a.xml\n'],
    { method: 'NOTIFY', event: 'resync;profile=http://192.0.2.1/a.xml' },
  ],
];

describe.concurrent('a command that sends', () => {
  it.each(CASES)('%s %j', async (command, args, parts, request) => {
    await withSandbox({ phones: PHONES }, async ({ to, events, requests }) => {
      const result = await runCli([...command.split(' '), ...args, ...to, '--json']);
      expect(result).toMatchObject({ code: 0, signal: null, stderr: '' });
      const { summary, run, phones } = jsonOf<Run>(result);
      expect(summary).toEqual({ accepted: 1 });
      expect(run).toMatchObject({ command, dryRun: false, server: `127.0.0.1:${to[1]}` });
      expect(phones).toHaveLength(1);
      expect(events).toHaveLength(1);
      for (const part of parts) expect(events[0]).toContain(part);
      // A lamp is told to the subscriptions and to the registrations.
      for (const { eventUuid } of requests) expect(eventUuid).toBe(phones[0]?.eventUuid);
      expect(requests[0]).toMatchObject(request);
      expect(phones[0]).toMatchObject({ outcome: 'accepted', sipStatus: null });
    });
  });

  it('reads its body from a file, without a byte order mark', async () => {
    const files = { 'news.txt': '\ufeffCanteen\nclosed\n', 'push.xml': '<a>é</a>' };
    await withFolder(files, (cwd) =>
      withSandbox({ phones: PHONES }, async ({ to, requests }) => {
        const results = await Promise.all([
          runCli(['message', '--body-file', 'news.txt', '1000@phones.test', ...to], { cwd }),
          runCli(['notify', 'xml', '1000@phones.test', '--body-file', 'push.xml', ...to], { cwd }),
        ]);
        expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
          { code: 0, stderr: '' },
          { code: 0, stderr: '' },
        ]);
        expect(requests.find(({ method }) => method === 'MESSAGE')?.body).toBe('Canteen\nclosed\n');
        expect(requests.find(({ method }) => method === 'NOTIFY')).toMatchObject({
          body: '<a>é</a>',
          contentType: 'text/plain',
        });
      }),
    );
  });

  it('takes its text also if that begins with a dash', async () => {
    await withSandbox({ phones: PHONES }, async ({ to, requests }) => {
      const result = await runCli(['message', ...to, '--', '-5 degrees', '1000@phones.test']);
      expect(result.code).toBe(0);
      expect(requests.map(({ body }) => body)).toEqual(['-5 degrees']);
    });
  });

  it('takes its connection and its format from the environment', async () => {
    await withSandbox({ phones: PHONES, password: 'other' }, async ({ port, events }) => {
      const result = await runCli(['mwi', 'on', '1000'], {
        env: {
          PHONECTL_HOST: 'localhost',
          PHONECTL_PORT: String(port),
          PHONECTL_PASSWORD: 'other',
          PHONECTL_DOMAIN: 'phones.test',
          PHONECTL_OUTPUT: 'json',
        },
      });
      expect(result.code).toBe(0);
      expect(jsonOf<Run>(result).run.server).toBe(`localhost:${port}`);
      expect(events).toHaveLength(1);
    });
  });

  it('gives each phone of a CSV the counts of its row, and a lamp that goes off none', async () => {
    const csv = 'user,domain,new,old,urgent_new\n1000,phones.test,5,2,1\n1001,phones.test,,,\n';
    await withFolder({ 'boxes.csv': csv }, (cwd) =>
      withSandbox({ phones: PHONES }, async ({ to, events }) => {
        await runCli(['mwi', 'on', '-i', 'boxes.csv', ...to], { cwd });
        await runCli(['mwi', 'on', '-i', 'boxes.csv', '--new', '9', ...to], { cwd });
        await runCli(['mwi', 'off', '-i', 'boxes.csv', ...to], { cwd });
        const counts = events.map((event) => /^MWI-Voice-Message: (.*)$/m.exec(event)?.[1]);
        expect(counts).toEqual(['5/2 (1/0)', '1/0 (0/0)', '9/2 (1/0)', '9/0 (0/0)', '0/0 (0/0)', '0/0 (0/0)']);
      }),
    );
  });
});
