import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cleanEnv, ensureBuilt, RUN } from '../support/built.js';
import { jsonOf, runCli } from '../support/cli.js';
import { eslServer } from '../support/esl-server.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { commandReply } from '../support/scripted-server.js';

const NOTIFY = `sendevent NOTIFY
profile: internal
content-type: application/simple-message-summary
event-string: check-sync
user: 1005
host: 192.168.10.4
`;

/** The examples of FreeSWITCH's documentation, blanks and wrong lengths and all, and the bytes that they become. */
const EXAMPLES: [name: string, written: string, sent: string, warning?: RegExp | undefined][] = [
  [
    'a CUSTOM event',
    ' sendevent SOME_NAME\n Event-Name: CUSTOM\n Event-Subclass: albs::Section-Alarm\n Section: 33\n Alarm-Type: PIR\n State: ACTIVE\n',
    'sendevent SOME_NAME\nEvent-Name: CUSTOM\nEvent-Subclass: albs::Section-Alarm\nSection: 33\nAlarm-Type: PIR\nState: ACTIVE\n\n',
  ],
  [
    'a lamp that goes out',
    'sendevent  message_waiting\nMWI-Messages-Waiting: no\nMWI-Message-Account: sip:user1@192.168.1.14\n',
    'sendevent message_waiting\nMWI-Messages-Waiting: no\nMWI-Message-Account: sip:user1@192.168.1.14\n\n',
  ],
  [
    'a lamp that lights',
    'sendevent  message_waiting\nMWI-Messages-Waiting: yes\nMWI-Message-Account: sip:user1@192.168.1.14\nMWI-Voice-Message: 0/1 (0/0)\n',
    'sendevent message_waiting\nMWI-Messages-Waiting: yes\nMWI-Message-Account: sip:user1@192.168.1.14\nMWI-Voice-Message: 0/1 (0/0)\n\n',
  ],
  ['a NOTIFY with a body', `${NOTIFY}content-length: 2\n\nOK\n`, `${NOTIFY}content-length: 2\n\nOK`],
  ['one whose length has the line end', `${NOTIFY}content-length: 3\n\nOK\n`, `${NOTIFY}content-length: 3\n\nOK\n`],
  [
    'a resync of a Sipura',
    'sendevent NOTIFY\nprofile: internal\nevent-string: resync;profile=http://10.20.30.40/profile.xml\nuser: 1000\nhost: 10.20.30.40\ncontent-type: application/simple-message-summary\nto-uri: sip:1000@10.20.30.40\nfrom-uri: sip:1000@10.20.30.40\n',
    'sendevent NOTIFY\nprofile: internal\nevent-string: resync;profile=http://10.20.30.40/profile.xml\nuser: 1000\nhost: 10.20.30.40\ncontent-type: application/simple-message-summary\nto-uri: sip:1000@10.20.30.40\nfrom-uri: sip:1000@10.20.30.40\n\n',
  ],
  [
    'CSTA',
    'sendevent SWITCH_EVENT_PHONE_FEATURE\nprofile: internal\nuser: ex1004\nhost: 3.local\ndevice: ex1004\nFeature-Event: DoNotDisturbEvent\ndoNotDisturbOn: on\n',
    'sendevent SWITCH_EVENT_PHONE_FEATURE\nprofile: internal\nuser: ex1004\nhost: 3.local\ndevice: ex1004\nFeature-Event: DoNotDisturbEvent\ndoNotDisturbOn: on\n\n',
  ],
  [
    'a MESSAGE',
    'sendevent SEND_MESSAGE\nprofile: internal\ncontent-length: 2\ncontent-type: text/plain\nuser: 1005\nhost: 99.157.44.194\n\nOK\n',
    'sendevent SEND_MESSAGE\nprofile: internal\ncontent-type: text/plain\nuser: 1005\nhost: 99.157.44.194\ncontent-length: 2\n\nOK',
  ],
  [
    'an INFO whose length is wrong',
    'sendevent SEND_INFO\nprofile: external\ncontent-type: text/plain\nto-uri: sip:1@2.3.4.5\nfrom-uri: sip:1@1.2.3.4\ncontent-length: 15\n\u00a0 \n\ntest\n',
    'sendevent SEND_INFO\nprofile: external\ncontent-type: text/plain\nto-uri: sip:1@2.3.4.5\nfrom-uri: sip:1@1.2.3.4\ncontent-length: 4\n\ntest',
    /^warning: content-length 15 is wrong: the body has 4 bytes/,
  ],
  ['an event without headers', 'sendevent CHANNEL_HANGUP\n', 'sendevent CHANNEL_HANGUP\n\n'],
];

/** Runs phonectl in a shell, with a stdin that is the shell's own. */
async function inShell(cwd: string, args: readonly string[], redirection: string, before = '') {
  await ensureBuilt();
  const script = `{ ${before}"$0" "$@"; } ${redirection}`;
  return new Promise<{ code: number; stdout: string }>((resolve) => {
    const child = execFile(
      'sh',
      ['-c', script, process.execPath, RUN, ...args],
      { cwd, env: cleanEnv() },
      (_, stdout) => resolve({ code: child.exitCode ?? -1, stdout }),
    );
  });
}

describe('esl sendevent', () => {
  it.each(EXAMPLES)('sends %s', async (_, written, sent, said) => {
    const warning = said ?? /^$/;
    const { to, server } = await eslServer(() => commandReply('+OK 1f9c'));
    const dry = await runCli(['esl', 'sendevent', '--dry-run'], { stdin: written });
    expect(dry).toEqual({ code: 0, signal: null, stdout: sent, stderr: expect.stringMatching(warning) });
    const result = await runCli(['esl', 'sendevent', ...to], { stdin: written });
    expect(result).toEqual({ code: 0, signal: null, stdout: '1f9c\n', stderr: expect.stringMatching(warning) });
    expect(server.peers[0]?.received).toBe(`auth ClueCon\n\n${sent}exit\n\n`);
  });

  it('takes Windows line ends, and keeps those of the body', async () => {
    const { stdout } = await runCli(['esl', 'sendevent', '-n'], {
      stdin: 'sendevent CUSTOM\r\nEvent-Subclass: a::b\r\n\r\none\r\ntwo\r\n',
    });
    expect(stdout).toBe('sendevent CUSTOM\nEvent-Subclass: a::b\ncontent-length: 8\n\none\r\ntwo');
  });

  it('is put together from flags, with a body from anywhere', async () => {
    const head = ['esl', 'sendevent', 'CUSTOM', '--header', 'Event-Subclass=a::b', '--header', 'x=1=2', '-n'];
    const sent = 'sendevent CUSTOM\nEvent-Subclass: a::b\nx: 1=2\ncontent-length: 3\n\nhé';
    await withFolder({ body: 'hé' }, async (cwd) => {
      expect((await runCli([...head, '--body', 'hé'])).stdout).toBe(sent);
      expect((await runCli([...head, '--body-file', 'body'], { cwd })).stdout).toBe(sent);
      expect((await runCli([...head, '--body-file', '-'], { stdin: 'hé' })).stdout).toBe(sent);
    });
  });

  it('refuses what FreeSWITCH would drop, unless it is meant', async () => {
    const { to, server } = await eslServer(() => commandReply('+OK 1f9c'));
    const args = ['esl', 'sendevent', 'NOTIFY', '--header', 'profile=internal', ...to];
    const refused = await runCli(args);
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/NOTIFY needs content-type/) });
    expect(server.peers).toEqual([]);
    const sent = await runCli([...args, '--no-check', '--json']);
    expect(sent).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: NOTIFY needs content-type/) });
    expect(jsonOf(sent)).toMatchObject({ event: 'NOTIFY', eventUuid: '1f9c' });
  });

  it.each([
    ['a header that is two', ['CUSTOM', '--header', 'x=1\nuser: 2']],
    ['a carriage return', ['CUSTOM', '--header', 'x=1\r']],
    ['a length', ['CUSTOM', '--header', 'content-length=5']],
    ['a second header of one name', ['CUSTOM', '--header', 'x=1', '--header', 'X=2']],
    ['an empty header', ['CUSTOM', '--header', 'x=']],
    ['an array', ['CUSTOM', '--header', 'x=ARRAY::a']],
    ['a name of two words', ['CUSTOM foo']],
    ['a reload', ['CUSTOM', '--header', 'x=reload mod_event_socket']],
  ])('never lets %s out, whatever is said', async (_, args) => {
    const { to, server } = await eslServer(() => undefined);
    const result = await runCli(['esl', 'sendevent', ...args, '--no-check', ...to]);
    expect(result).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/can't be sent/) });
    expect(server.peers).toEqual([]);
  });

  it.each([
    ['', /line 1: it does not begin/],
    ['event plain ALL\n', /line 1: it does not begin/],
    ['\nsendevent CUSTOM\nno colon\n', /line 3: "no colon" is not/],
  ])('says what is wrong with %j', async (stdin, said) => {
    expect(await runCli(['esl', 'sendevent', '-n'], { stdin })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(said),
    });
  });

  it('reads a whole event from stdin for - as well', async () => {
    const stdin = 'sendevent CUSTOM\nEvent-Subclass: a::b\n\n';
    expect(await runCli(['esl', 'sendevent', '-', '-n'], { stdin })).toMatchObject({ code: 0, stdout: stdin });
    expect(await runCli(['esl', 'sendevent', '-', '--header', 'a=b', '-n'], { stdin })).toMatchObject({ code: 2 });
  });

  it('does not pass over what comes from stdin', async () => {
    const args = ['esl', 'sendevent', 'CUSTOM', '--header', 'Event-Subclass=a::b', '-n'];
    const refused = { code: 2, stdout: '', stderr: expect.stringMatching(/stdin.*\n {2}try: --body-file - takes it/) };
    expect(await runCli(args, { stdin: 'text' })).toMatchObject(refused);
    await withFolder({ event: 'text', list: 'a\nb\nc\n', nothing: '' }, async (cwd) => {
      expect(await inShell(cwd, args, '<event')).toMatchObject({ code: 2, stdout: '' });
      // Of cron, of ssh, and of a loop whose list it is.
      for (const rest of ['<nothing', '</dev/null', '<&-', '<list']) {
        const before = rest === '<list' ? 'read line; ' : '';
        expect({ rest, ...(await inShell(cwd, args, rest, before)) }).toMatchObject({ rest, code: 0 });
      }
    });
    expect(await runCli(args, { stdin: 'open' })).toMatchObject({ code: 0 });
  });

  it('shows a dry run as a document', async () => {
    const result = await runCli(['esl', 'sendevent', 'CUSTOM', '--header', 'Event-Subclass=a::b', '-n', '--json']);
    expect(jsonOf(result)).toEqual({
      schema: 1,
      event: 'CUSTOM',
      dryRun: true,
      command: 'sendevent CUSTOM\nEvent-Subclass: a::b\n\n',
    });
    const other = await runCli(['esl', 'sendmsg', 'u-1', 'hangup', '-n', '--json']);
    expect(jsonOf(other)).toMatchObject({ uuid: 'u-1', order: 'hangup', dryRun: true });
  });

  it.each([
    [['--header', 'a: b'], "try: --header 'a=b'"],
    [['--header', 'Event-Name=HEARTBEAT'], 'the event is a CUSTOM\n  try: esl sendevent HEARTBEAT'],
    [['--header', 'event-name=CUSTOM'], 'the event is a CUSTOM'],
  ])('says what is meant by %s', async (flags, said) => {
    const result = await runCli(['esl', 'sendevent', 'CUSTOM', ...flags, '-n']);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });

  it('wants the whole event in one place', async () => {
    expect(await runCli(['esl', 'sendevent', '--header', 'a=b'])).toMatchObject({ code: 2 });
    expect(await runCli(['esl', 'sendevent', 'CUSTOM', '--header', 'b'])).toMatchObject({ code: 2 });
  });

  it('ends with 5 when it is refused', async () => {
    const { to } = await eslServer(() => commandReply('-ERR command not found'));
    const result = await runCli(['esl', 'sendevent', 'CHANNEL_HANGUP', ...to]);
    expect(result).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/refused sendevent CHANNEL_HANGUP: -ERR/),
    });
  });

  it('reaches a phone of a sandbox', async () => {
    await withSandbox({ phones: [{ user: '1000' }] }, async ({ to, requests }) => {
      const stdin = NOTIFY.replace('1005', '1000').replace('192.168.10.4', 'phones.test');
      expect(await runCli(['esl', 'sendevent', ...to], { stdin })).toMatchObject({ code: 0 });
      await expect.poll(() => requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ method: 'NOTIFY', event: 'check-sync', aor: '1000@phones.test' });
    });
  });
});
