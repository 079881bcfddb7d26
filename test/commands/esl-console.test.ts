import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSocket } from '../../src/esl/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { type AtTerminal, atTerminal, HAS_TERMINAL } from '../support/at-terminal.js';
import { eslServer, eventMessage } from '../support/esl-server.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { apiResponse, commandReply } from '../support/scripted-server.js';

const PROMPT = 'freeswitch@sandbox> ';
const ENTER = '\r';
const [TAB, CTRL_C, CTRL_D, UP, LEFT] = ['\t', '\u0003', '\u0004', '\u001b[A', '\u001b[D'];

/** Opens a console on a sandbox with its first prompt, and leaves it in the end. */
async function withConsole(
  use: (console: AtTerminal, lab: Parameters<Parameters<typeof withSandbox>[1]>[0]) => Promise<void>,
) {
  await withSandbox({}, async (lab) => {
    const console = await atTerminal(['esl', ...lab.to]);
    await console.shows(/^freeswitch@sandbox>$/m);
    await use(console, lab);
    console.type(CTRL_D);
    expect(await console.ended).toBe(0);
  });
}

describe.skipIf(!HAS_TERMINAL)('phonectl esl at a terminal', () => {
  it('prints what a command answers, completes with Tab, and edits', async () => {
    await withConsole(async ({ type, shows, screen }, { commands }) => {
      type(`vers${TAB}`);
      await expect.poll(() => screen.beforeCursor).toBe(`${PROMPT}version `);
      type(`shrt${LEFT}${LEFT}`);
      await expect.poll(() => screen.beforeCursor).toBe(`${PROMPT}version sh`);
      // Also what is pasted goes where the cursor is.
      type('or');
      await expect.poll(() => screen.beforeCursor).toBe(`${PROMPT}version shor`);
      type('\u001b[3~');
      type(ENTER);
      expect(await shows(/^1\.10\.12\nfreeswitch@sandbox>$/m)).toContain(`${PROMPT}version short\n1.10.12\n`);
      type(`show c${TAB}`);
      await expect.poll(() => commands.map(String)).toContain('api console_complete c=6;show c\n\n');
      type(TAB);
      await shows(/^calls +channels\n\nfreeswitch@sandbox> show c$/m);
      type(`alls count${ENTER}`);
      await shows(/^0 total\.\nfreeswitch@sandbox>$/m);
      type(`statsu${ENTER}`);
      await shows(/^-ERR statsu Command not found!\n {2}try: help lists what there is\nfreeswitch@sandbox>$/m);
    });
  });

  it('shows events and log lines above what is being typed', async () => {
    await withConsole(async ({ type, shows, screen }, { port }) => {
      type(`/event a::b${ENTER}`);
      await shows(/event a::b\n\+OK\nfreeswitch@sandbox>$/m);
      type(`/log warning${ENTER}`);
      await shows(/log warning\n\+OK\nfreeswitch@sandbox>$/m);
      // Longer than a line of the terminal, and the cursor goes back into its first one.
      const typed = `echo ${'0123456789'.repeat(9)}`;
      type(typed);
      await shows(/0123456789$/m);
      type(`${LEFT.repeat(50)}-`);
      const edited = `${typed.slice(0, -50)}-${typed.slice(-50)}`;
      const before = `${PROMPT}${edited.slice(0, -50)}`;
      await expect.poll(() => screen.beforeCursor).toBe(before);
      const socket = await openSocket({ host: '127.0.0.1', port, password: 'ClueCon' });
      await socket.sendEvent('CUSTOM', [
        ['Event-Subclass', 'a::b'],
        ['Section', '33\u00ad'],
      ]);
      await shows(/^\d\d:\d\d:\d\d\.\d{3} {2}a::b +Section=33\\u00ad\nfreeswitch@sandbox> echo 0123/m);
      await socket.api('log warning beware');
      await socket.close();
      const text = await shows(/\[WARNING\].*beware\nfreeswitch@sandbox> echo 0123/m);
      expect(text.endsWith(`\n${`${PROMPT}${edited}`.slice(0, 80)}\n${`${PROMPT}${edited}`.slice(80)}`)).toBe(true);
      expect(text.match(/echo 0123/g)).toHaveLength(1);
      expect(screen.beforeCursor).toBe(before);
      type(ENTER);
      await shows(new RegExp(`^${edited.slice(5, 85)}\\n${edited.slice(85)}\\nfreeswitch@sandbox>$`, 'm'));
    });
  });

  it('takes an event as documentation has it, pasted, and what follows it', async () => {
    await withConsole(async ({ type, shows }, { events }) => {
      const pasted = [
        'sendevent CUSTOM',
        'Event-Subclass: a::b',
        'content-length: 8',
        '',
        'one',
        'two',
        'version short',
      ];
      type(pasted.map((line) => `${line}${ENTER}`).join(''));
      const text = await shows(/^1\.10\.12\nfreeswitch@sandbox>$/m);
      expect(text.slice(text.indexOf(PROMPT))).toMatch(
        /sendevent CUSTOM\nnote: [^>]*\nheader> Event-Subclass: a::b\nheader> content-length: 8\nheader>\nbody> one\nbody> two\n\+OK [0-9a-f-]{36}\nfreeswitch@sandbox> version short\n1\.10\.12\n/,
      );
      expect(events).toEqual(['sendevent CUSTOM\nEvent-Subclass: a::b\ncontent-length: 8\n\none\ntwo\n']);
    });
  });

  it('ends a body with a dot or Ctrl-D, and says what is wrong with its length', async () => {
    await withConsole(async ({ type, shows }, { events }) => {
      const head = `sendevent CUSTOM${ENTER}Event-Subclass: a::b${ENTER}`;
      type(`${head}content-length: 2${ENTER}${ENTER}hupall${ENTER}`);
      await shows(/content-length 2 is too short for this body/);
      type(`.${ENTER}`);
      await shows(/content-length 2 is wrong: the body has 6 bytes, and is sent with that\n\+OK /);
      type(`${head}${ENTER}body${ENTER}`);
      await shows(/body> body\nbody>$/m);
      type(CTRL_D);
      await shows(/body>\n\+OK [0-9a-f-]{36}\nfreeswitch@sandbox>$/m);
      expect(events.map((event) => event.slice(event.indexOf('content-length')))).toEqual([
        'content-length: 6\n\nhupall',
        'content-length: 4\n\nbody',
      ]);
    });
  });

  it('throws away with Ctrl-C what is typed, and says how to leave where that is nothing', async () => {
    await withConsole(async ({ type, shows }, { events, commands }) => {
      type('hupall');
      await shows(/> hupall$/m);
      type(CTRL_C);
      await shows(/> hupall\^C\nfreeswitch@sandbox>$/m);
      type(`sendevent CUSTOM${ENTER}Event-Subclass: a::b${ENTER}X`);
      await shows(/header> X$/m);
      type(CTRL_C);
      await shows(/header> X\^C\nthrown away; nothing was sent\nfreeswitch@sandbox>$/m);
      type(CTRL_C);
      await shows(/\^C\nto leave: \/quit, or Ctrl-D\nfreeswitch@sandbox>$/m);
      type(`/quit${ENTER}`);
      await shows(/\/quit$/m);
      expect(events).toEqual([]);
      expect(commands.some((command) => command.includes('hupall'))).toBe(false);
    });
  });

  it('keeps what is typed during an answer for after it, and lets nobody wait for one for ever', async () => {
    let answer: (bytes: string) => void = () => {};
    const { to } = await eslServer(({ line }) => {
      if (line === 'api switchname') return apiResponse('busy');
      if (line === 'api version') return apiResponse('1.10\n');
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    });
    const { type, shows, screen, ended } = await atTerminal(['esl', ...to]);
    await shows(/^freeswitch@busy>$/m);
    type(`long${ENTER}`);
    await shows(/> long\n$/m);
    type(`version${ENTER}half`);
    await expect.poll(() => answer.length).toBe(1);
    answer(apiResponse('one\ntwo\n'));
    await shows(/> long\none\ntwo\nfreeswitch@busy> version\n1\.10\nfreeswitch@busy> half$/m);
    type(`${CTRL_C}endless${ENTER}`);
    await shows(/> endless\n$/m);
    type(CTRL_C);
    await shows(/the answer is still awaited; Ctrl-C once more leaves without it/);
    type(CTRL_C);
    expect(await ended).toBe(130);
    expect(screen.lines.join('\n')).not.toContain('internal');
  });

  it('remembers what was typed, but no password and no body', async () => {
    await withSandbox({}, async ({ to }) => {
      await withFolder({}, async (folder) => {
        const env = { XDG_STATE_HOME: folder };
        const first = await atTerminal(['esl', ...to], env);
        await first.shows(/^freeswitch@sandbox>$/m);
        first.type(`version short${ENTER}auth s3cret${ENTER}`);
        await first.shows(/-ERR auth/);
        first.type(`sendevent CUSTOM${ENTER}Event-Subclass: a::b${ENTER}${ENTER}private${ENTER}.${ENTER}${CTRL_D}`);
        expect(await first.ended).toBe(0);
        const file = join(folder, 'phonectl/esl-history');
        expect(await readFile(file, 'utf8')).toBe('version short\nsendevent CUSTOM\nEvent-Subclass: a::b\n');
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        const second = await atTerminal(['esl', ...to], env);
        await second.shows(/^freeswitch@sandbox>$/m);
        second.type(`${UP}${UP}${UP}`);
        await second.shows(/> version short$/m);
        second.type(`${ENTER}auth s3cret${ENTER}`);
        await second.shows(/^-ERR auth/m);
        second.type(UP);
        await second.shows(/> version short$/m);
        second.type(`${CTRL_C}${CTRL_D}`);
        expect(await second.ended).toBe(0);
      });
    });
  });

  it('comes back when the connection is lost, asks for the same again, and says what was missed', async () => {
    const first = await startSandbox({});
    const { port } = first;
    const { type, shows, ended } = await atTerminal(['esl', '-P', String(port)]);
    await shows(/^freeswitch@sandbox>$/m);
    type(`/filter X y${ENTER}`);
    await shows(/filter X y\n\+OK/);
    type(`/event a::b${ENTER}`);
    await shows(/event a::b\n\+OK/);
    await first.close();
    await shows(/^warning: [^>]*; trying again\nfreeswitch@sandbox>$/m);
    type(`version${ENTER}`);
    await shows(/is away, and tried again; nothing was sent/);
    const asked: string[] = [];
    const second = await startSandbox({ port, onCommand: (raw) => asked.push(raw.toString()) });
    await shows(/^note: .* is back; the events and log lines of .* did not come,/m);
    await expect.poll(() => asked.slice(1)).toEqual(['filter X y\n\n', 'event plain CUSTOM a::b\n\n']);
    type(`version short${ENTER}`);
    await shows(/^1\.10\.12\nfreeswitch@sandbox>$/m);
    type(CTRL_D);
    expect(await ended).toBe(0);
    await second.close();
  });

  it('ends with 4 where the password is refused, also later', async () => {
    await withSandbox({ password: 'other' }, async ({ to }) => {
      const console = await atTerminal(['esl', ...to]);
      expect(await console.ended).toBe(4);
      expect(console.screen.lines.join('\n')).toContain('refused');
    });
    const first = await startSandbox({});
    const { shows, ended } = await atTerminal(['esl', '-P', String(first.port)]);
    await shows(/^freeswitch@sandbox>$/m);
    await first.close();
    const second = await startSandbox({ port: first.port, password: 'other' });
    expect(await ended).toBe(4);
    await second.close();
  });

  it('shows the results of jobs when they are there, also if no more events are wanted', async () => {
    let job = '';
    const { to, lines } = await eslServer(({ line, headers: given }) => {
      if (line === 'api switchname') return apiResponse('jobs');
      if (line.startsWith('bgapi')) job = given.find(([name]) => name === 'Job-UUID')?.[1] ?? '';
      if (job === '' || line !== 'event plain BACKGROUND_JOB') return commandReply('+OK');
      const headers = { 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': job };
      return commandReply('+OK') + eventMessage('plain', headers, '+OK done\n');
    });
    const { type, shows, ended } = await atTerminal(['esl', ...to]);
    await shows(/^freeswitch@jobs>$/m);
    type(`/bgapi long one${ENTER}`);
    await expect.poll(() => lines).toContain('bgapi long one');
    type(`/noevents${ENTER}`);
    const text = await shows(/\+OK done/);
    expect(text).toMatch(/^job ([0-9a-f-]{36}): long one$[\s\S]*^job \1 has ended:\n\+OK done$/m);
    expect(text).not.toContain('BACKGROUND_JOB');
    type(CTRL_D);
    expect(await ended).toBe(0);
  });

  it('makes harmless what the server says, and hides the password that it says back', async () => {
    const { to } = await eslServer(({ line }) => {
      if (line === 'api switchname') return apiResponse('\u001b[2Jevil\n');
      if (line.startsWith('event')) {
        return commandReply('+OK') + eventMessage('plain', { 'Event-Name': 'HEARTBEAT', 'Event-Info': '\u001b[2Jx' });
      }
      return line.startsWith('sendmsg') ? commandReply('-ERR not s3cret-pass') : apiResponse('\u001b[2J\n');
    });
    const { type, shows, ended } = await atTerminal(['esl', ...to], { PHONECTL_PASSWORD: 's3cret-pass' });
    await shows(/^freeswitch@127\.0\.0\.1:\d+>$/m);
    type(`/event HEARTBEAT${ENTER}`);
    await shows(/HEARTBEAT +\\u001b\[2Jx/);
    type(`x${ENTER}`);
    await shows(/^\\u001b\[2J$/m);
    type(`sendmsg x${ENTER}a: b${ENTER}${ENTER}${ENTER}`);
    await shows(/^-ERR not \*\*\*$/m);
    type(CTRL_D);
    expect(await ended).toBe(0);
  });
});
