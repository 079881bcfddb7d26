import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { linesOf, type RunningCli, startCli } from '../support/cli.js';
import { eventMessage } from '../support/esl-server.js';
import { commandReply, disconnectNotice } from '../support/scripted-server.js';

/** A FreeSWITCH that hands over a call: says what call it is, and yes to everything. */
class Call {
  readonly uuid: string;
  readonly socket: Socket;
  readonly commands: string[] = [];
  readonly #mode: string;

  constructor(port: number, uuid: string, mode = 'async', control = 'full') {
    this.uuid = uuid;
    this.socket = connect(port, '127.0.0.1');
    this.#mode = `Control: ${control}\nSocket-Mode: ${mode}`;
    let unread = '';
    this.socket.setEncoding('utf8').on('error', () => {});
    this.socket.on('data', (text: string) => {
      unread += text;
      for (let end = unread.indexOf('\n\n'); end >= 0; end = unread.indexOf('\n\n')) {
        const command = unread.slice(0, end);
        unread = unread.slice(end + 2);
        this.commands.push(command);
        this.#answer(command);
      }
    });
    onTestFinished(() => void this.socket.destroy());
  }

  #answer(command: string): void {
    if (command === 'connect') {
      const data = `Event-Name: CHANNEL_DATA\nUnique-ID: ${this.uuid}\nCaller-Caller-ID-Number: 1000\nCaller-Destination-Number: 50%2000`;
      this.socket.write(`${data}\nContent-Type: command/reply\nReply-Text: %2BOK%0A\n${this.#mode}\n\n`);
    } else if (command === 'exit') {
      this.socket.end(commandReply('+OK bye') + disconnectNotice());
    } else {
      this.socket.write(commandReply('+OK'));
    }
  }

  /** Hangs up. */
  end(cause: string): void {
    const about = { 'Unique-ID': this.uuid, 'Hangup-Cause': cause };
    this.socket.write(
      eventMessage('json', { 'Event-Name': 'CHANNEL_HANGUP', ...about }) +
        eventMessage('json', { 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', ...about }),
    );
  }
}

async function listening(...args: string[]): Promise<{ readonly running: RunningCli; readonly port: number }> {
  const running = await startCli(['esl', 'listen', '--port', '0', ...args]);
  onTestFinished(() => void running.process.kill('SIGKILL'));
  await expect.poll(() => running.stderr, { timeout: 10_000 }).toMatch(/listening on/);
  return { running, port: Number(/:(\d+);/.exec(running.stderr)?.[1]) };
}

describe('esl listen', () => {
  it('shows a call from its beginning to its end, and ends after so many', async () => {
    const { running, port } = await listening('--count', '1');
    const call = new Call(port, 'call-1');
    await running.says(/call-1/);
    await expect.poll(() => call.commands).toHaveLength(3);
    call.end('USER_BUSY');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(linesOf(stdout).map((line) => line.slice(14).replaceAll(/ +/g, ' '))).toEqual([
      'call call-1 1000 → 50 00 async full',
      'CHANNEL_HANGUP USER_BUSY call-1',
      'CHANNEL_HANGUP_COMPLETE USER_BUSY call-1',
      'end call-1 USER_BUSY',
    ]);
    expect(linesOf(stderr)).toEqual([`listening on 127.0.0.1:${port}; Ctrl-C ends it`]);
    expect(call.commands).toEqual(['connect', 'linger 3', 'myevents json', 'exit']);
  });

  it('gives each call the commands that are wanted, and shows their replies', async () => {
    const { running, port } = await listening('--count', '1', '--do', 'getvar x', '--do', 'resume');
    const call = new Call(port, 'call-1');
    await running.says(/reply +call-1 resume → \+OK$/m);
    expect(running.stdout).toMatch(/reply +call-1 getvar x → \+OK$/m);
    expect(call.commands).toEqual(['connect', 'linger 3', 'myevents json', 'getvar x', 'resume']);
    call.end('NORMAL_CLEARING');
    expect((await running.ended).code).toBe(0);
  });

  it('sends no command that would be two', async () => {
    const { code, stderr } = await (await startCli(['esl', 'listen', '--port', '0', '--do', 'linger\n\nexit'])).ended;
    expect(code).toBe(3);
    expect(stderr).toContain("can't be sent: it holds a line feed");
  });

  it('has JSON lines', async () => {
    const { running, port } = await listening('--count', '1', '-o', 'jsonl');
    const call = new Call(port, 'call-1');
    await expect.poll(() => call.commands).toHaveLength(3);
    call.end('USER_BUSY');
    const lines = linesOf((await running.ended).stdout).map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      {
        type: 'call',
        uuid: 'call-1',
        caller: '1000',
        callerName: null,
        number: '50 00',
        channel: null,
        mode: 'async',
        control: 'full',
      },
      { type: 'event', uuid: 'call-1', event: expect.objectContaining({ 'Event-Name': 'CHANNEL_HANGUP' }) },
      { type: 'event', uuid: 'call-1', event: expect.objectContaining({ 'Event-Name': 'CHANNEL_HANGUP_COMPLETE' }) },
      { type: 'end', uuid: 'call-1', cause: 'USER_BUSY' },
    ]);
  });

  it.each([
    [['--answer'], 'sendmsg\ncall-command: execute\nexecute-app-name: answer'],
    [['--hangup'], 'sendmsg\ncall-command: hangup\nhangup-cause: NORMAL_CLEARING'],
    [['--hangup', '--cause', 'CALL_REJECTED'], 'sendmsg\ncall-command: hangup\nhangup-cause: CALL_REJECTED'],
  ])('does what %j says', async (flags, order) => {
    const { running, port } = await listening(...flags, '--count', '1');
    const call = new Call(port, 'call-1', 'static', 'single-channel');
    await expect.poll(() => call.commands).toEqual(['connect', 'myevents json', order]);
    call.end('X');
    expect((await running.ended).code).toBe(0);
  });

  it('ends by a signal: every call is let go with a goodbye', async () => {
    const { running, port } = await listening();
    const calls = [new Call(port, 'call-1'), new Call(port, 'call-2')];
    await expect.poll(() => calls.every(({ commands }) => commands.length === 3)).toBe(true);
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect(calls.map(({ commands }) => commands.at(-1))).toEqual(['exit', 'exit']);
  });

  it('goes on after somebody who is no FreeSWITCH', async () => {
    const { running, port } = await listening('--count', '1');
    const stranger = connect(port, '127.0.0.1');
    stranger
      .on('error', () => {})
      .resume()
      .end('GET / HTTP/1.0\r\n\r\n');
    await once(stranger, 'close');
    await expect.poll(() => running.stderr).toMatch(/warning: /);
    const call = new Call(port, 'call-1');
    await expect.poll(() => call.commands).toHaveLength(3);
    call.end('X');
    expect((await running.ended).code).toBe(0);
  });

  it.each([
    [['--cause', 'USER_BUSY'], '--cause is for --hangup'],
    [['--hangup', '--cause', 'USR_BUSY'], 'USR_BUSY is no hang-up cause'],
  ])('refuses %s', async (flags, said) => {
    const result = await (await startCli(['esl', 'listen', '--port', '0', ...flags])).ended;
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
  });

  it('says that a port is taken', async () => {
    const { port } = await listening();
    const { code, stderr } = await (await startCli(['esl', 'listen', '--port', String(port)])).ended;
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/something listens there already/) });
  });
});
