import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connect, type Message } from '../src/esl/index.js';
import { EventFeed } from '../src/freeswitch/event-feed.js';
import { REGISTER_EVENTS } from '../src/freeswitch/register-events.js';
import { recording } from './esl/replay.js';
import { runCli } from './support/cli.js';
import { withFolder } from './support/lab.js';
import { tell } from './support/outcomes.js';
import {
  AUTH_REQUEST,
  commandReply,
  disconnectNotice,
  type Peer,
  type Script,
  scriptedServer,
} from './support/scripted-server.js';

const OK = commandReply('+OK 7f4de4bc-17d7-11ee-a3c0-8f2e6dd0a7d1');
const AORS = ['1000', '1001', '1002'].map((user) => `${user}@phones.test`);

/** Three orders to a server that does what the fault says; what became of each phone, and what the server read. */
async function send(script: Script, ...flags: string[]) {
  const server = await scriptedServer(script);
  const orders = ['notify', 'x', ...AORS, '--no-check', '--no-journal', '--rate', '0', '--concurrency', '1'];
  const { code, phones, stderr } = await tell([...orders, ...flags, '-P', String(server.port)]);
  return {
    code,
    stderr,
    outcomes: phones.map(({ aor, outcome }) => `${aor.slice(0, 4)} ${outcome}`),
    connections: server.peers.length,
    /** The users of the orders that the server read, over all connections. */
    told: server.peers.flatMap(({ received }) => [...received.matchAll(/^user: (\d+)$/gm)].map(([, user]) => user)),
  };
}

/** Logs the client in and answers every order, the n-th in its own way. */
async function answering(peer: Peer, answer: (n: number) => string | undefined): Promise<void> {
  await peer.acceptLogin();
  for (let n = 1; ; n++) {
    const { line } = await peer.command();
    if (line === 'exit') return void peer.socket.end(commandReply('+OK bye') + disconnectNotice());
    const bytes = answer(n);
    if (bytes !== undefined) peer.write(bytes);
  }
}

// What other clients do about each of these: silence, endless logins, replies to the wrong caller, orders sent twice.
describe.concurrent('faults that other clients do not survive', () => {
  it('a wrong password: one attempt, and it is said', async () => {
    const { code, outcomes, connections, stderr } = await send(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.socket.end(commandReply('-ERR invalid') + disconnectNotice());
    });
    expect([code, connections]).toEqual([4, 1]);
    expect(outcomes).toEqual(['1000 not-sent', '1001 not-sent', '1002 not-sent']);
    expect(stderr).toMatch(/^phonectl: .*refused the login: -ERR invalid\n {2}try: is the password right/);
  });

  it('an address outside the ACL: one attempt, and it is said', async () => {
    const { code, connections, stderr } = await send((peer) => {
      peer.socket.end('Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n');
    });
    expect([code, connections]).toEqual([4, 1]);
    expect(stderr).toMatch(/^phonectl: .*(?:ACL|acl|address)/);
  });

  it('a blank line that comes in two segments: no difference', async () => {
    const { code, outcomes } = await send(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        const reply = line === 'exit' ? commandReply('+OK bye') : OK;
        peer.write(reply.slice(0, -1));
        await sleep(20);
        peer.write(reply.slice(-1));
        if (line === 'exit') return void peer.socket.end();
      }
    });
    expect([code, outcomes]).toEqual([0, ['1000 accepted', '1001 accepted', '1002 accepted']]);
  });

  it('an api that is denied: the caller is told, and the next one gets its own answer', async () => {
    const { host, port } = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(commandReply('-ERR permission denied'));
      await peer.command();
      peer.write('Content-Type: api/response\nContent-Length: 2\n\nhi');
    });
    const connection = await connect({ host, port, password: 'ClueCon' });
    const replies = ['api sofia status', 'api eval hi'].map((line) => connection.send({ line }));
    expect((await Promise.all(replies)).map(({ text }) => text)).toEqual(['-ERR permission denied', 'hi']);
    connection.destroy();
  });

  it('a reply that never comes: that order is unknown, no other gets its reply, the rest goes over a new connection', async () => {
    let connections = 0;
    const { code, outcomes, told } = await send(
      (peer) => {
        const isFirst = ++connections === 1;
        return answering(peer, (n) => (isFirst && n === 2 ? undefined : OK));
      },
      '--timeout',
      '500ms',
    );
    expect([code, outcomes]).toEqual([5, ['1000 accepted', '1001 unknown', '1002 accepted']]);
    expect(told).toEqual(['1000', '1001', '1002']);
  });

  it('a reply that comes after its time: nobody else is given it', async () => {
    let connections = 0;
    const { outcomes, told } = await send(
      async (peer) => {
        if (++connections > 1) return answering(peer, () => OK);
        await peer.acceptLogin();
        await peer.command();
        await sleep(700);
        peer.write(commandReply('-ERR too late'));
      },
      '--timeout',
      '400ms',
    );
    expect(outcomes).toEqual(['1000 unknown', '1001 accepted', '1002 accepted']);
    expect(told).toEqual(['1000', '1001', '1002']);
  });

  it('a link that dies between command and reply: unknown, and not sent again', async () => {
    let connections = 0;
    const { code, outcomes, told } = await send(async (peer) => {
      if (++connections > 1) return answering(peer, () => OK);
      await peer.acceptLogin();
      await peer.command();
      peer.socket.destroy();
    });
    expect([code, outcomes]).toEqual([5, ['1000 unknown', '1001 accepted', '1002 accepted']]);
    expect(told).toEqual(['1000', '1001', '1002']);
  });

  it('a bare percent sign in replies and log lines: shown as it is', async () => {
    const log = 'Content-Type: log/data\nLog-File: 100%.c\nUser-Data: %zz%\nContent-Length: 4\n\n50%\n';
    const { outcomes, stderr } = await send((peer) =>
      answering(peer, (n) => `${log}${n === 2 ? commandReply('-ERR 100% full %') : OK}`),
    );
    expect(outcomes).toEqual(['1000 accepted', '1001 refused', '1002 accepted']);
    expect(stderr).not.toContain('URI malformed');
  });

  it('a percent-encoded byte of Latin-1 in an event: the event is read', async () => {
    const headers = { 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia%3A%3Aregister', 'profile-name': 'internal' };
    const rest = { 'from-user': '1000', 'from-host': 'phones.test', 'call-id': 'a', 'user-agent': 'T%E9l%E9phone' };
    const text = `${Object.entries({ ...headers, ...rest })
      .map(([name, value]) => `${name}: ${value}\n`)
      .join('')}\n`;
    const { host, port } = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.write(`Content-Length: ${text.length}\nContent-Type: text/event-plain\n\n${text}`);
      await peer.command();
      peer.write(OK);
    });
    const agents: (string | undefined)[] = [];
    const feed = new EventFeed(REGISTER_EVENTS, ({ userAgent }) => agents.push(userAgent));
    const connection = await connect({ host, port, password: 'ClueCon', onMessage: feed.onMessage });
    expect((await connection.send({ line: 'noevents' })).ok).toBe(true);
    expect(agents).toHaveLength(1);
    expect(agents[0]).toMatch(/^T.+l.+phone$/);
    connection.destroy();
  });

  it('a line feed in a value: refused before a byte is sent', async () => {
    const { host, port, peers } = await scriptedServer((peer) => answering(peer, () => OK));
    const csv = 'user,domain\n"1000\nuser: 1999",phones.test\n1001,phones.test\n';
    await withFolder({ 'p.csv': csv }, async (cwd) => {
      const args = ['notify', 'x', '-i', 'p.csv', '--no-check', '-H', host, '-P', String(port)];
      expect((await runCli(args, { cwd })).code).toBe(3);
      const skipping = await runCli([...args, '--skip-invalid'], { cwd });
      expect(skipping.code).toBe(5);
    });
    const received = peers.map((peer) => peer.received).join('');
    expect([received.includes('1999'), received.includes('user: 1001')]).toEqual([false, true]);
  });

  it('a reply to userauth that is cut: the login is good, and the next reply is read whole', async () => {
    const [, login] = recording('04-userauth-reply-cut').steps;
    const { host, port } = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(login?.receive ?? '');
      await peer.command();
      peer.write('Content-Type: api/response\nContent-Length: 2\n\nhi');
    });
    const messages: Message[] = [];
    const connection = await connect({
      host,
      port,
      user: 'ops2@phones.test',
      password: 'secret',
      onMessage: (message) => messages.push(message),
    });
    expect((await connection.send({ line: 'api eval hi' })).text).toBe('hi');
    expect(messages).toEqual([]);
    connection.destroy();
  });
});
