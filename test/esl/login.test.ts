import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/connect.js';
import {
  EslAclError,
  EslAuthError,
  EslClosedError,
  EslNotFreeSwitchError,
  EslTimeoutError,
  EslUnsafeError,
} from '../../src/esl/errors.js';
import {
  AUTH_REQUEST,
  apiResponse,
  commandReply,
  disconnectNotice,
  scriptedServer,
} from '../support/scripted-server.js';
import { connectTo, PASSWORD, rejection } from './connected.js';
import { recording } from './replay.js';

describe('a login', () => {
  it('with the password sends auth', async () => {
    const server = await scriptedServer(async (peer) => {
      expect(await peer.acceptLogin()).toBe(`auth ${PASSWORD}`);
    });
    const connection = await connectTo(server);
    expect(connection.open).toBe(true);
  });

  it('with a user sends userauth', async () => {
    const server = await scriptedServer(async (peer) => {
      expect(await peer.acceptLogin()).toBe(`userauth ops@phones.test:${PASSWORD}`);
    });
    await connectTo(server, { user: 'ops@phones.test' });
  });

  it('waits for the greeting, whose bytes may come one by one', async () => {
    const server = await scriptedServer(async (peer) => {
      for (const byte of AUTH_REQUEST) {
        expect(peer.pieces).toHaveLength(0);
        peer.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await peer.command();
      for (const byte of commandReply('+OK accepted')) peer.write(byte);
    });
    await connectTo(server);
  });

  it('with an empty password asks the server', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      expect(peer.received).toBe('auth \n\n');
    });
    await connectTo(server, { password: '' });
  });

  it('passes on what comes behind its reply at once', async () => {
    const types: string[] = [];
    const server = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(`${commandReply('+OK accepted')}Content-Type: log/data\nContent-Length: 1\n\nx`);
    });
    await connectTo(server, { onMessage: ({ contentType }) => types.push(contentType) });
    expect(types).toEqual(['log/data']);
  });
});

describe('a userauth whose reply is cut', () => {
  const [, login, api, refused] = recording('04-userauth-reply-cut').steps;

  it.each(['whole', 'in two', 'byte by byte'])(
    'comes %s and is a good login, with the next replies in step',
    async (how) => {
      const reply = login?.receive ?? '';
      const pieces = { whole: [reply], 'in two': [reply.slice(0, 300), reply.slice(300)] }[how] ?? [...reply];
      const server = await scriptedServer(async (peer) => {
        peer.write(AUTH_REQUEST);
        await peer.command();
        for (const piece of pieces) {
          peer.write(piece);
          if (how === 'in two') await new Promise((resolve) => setImmediate(resolve));
        }
        await peer.command();
        peer.write(api?.receive ?? '');
        await peer.command();
        peer.write(refused?.receive ?? '');
      });
      const connection = await connectTo(server, { user: 'ops2@phones.test' });
      expect((await connection.send({ line: 'api status' })).text).toMatch(/^UP 0 years/);
      expect((await connection.send({ line: 'api version' })).text).toBe('-ERR permission denied');
    },
  );

  it('is no excuse for auth: there the rest is waited for', async () => {
    const server = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(login?.receive ?? '');
    });
    expect(await rejection(connectTo(server, { connectTimeoutMs: 200 }))).toBeInstanceOf(EslTimeoutError);
  });
});

describe('a refusal', () => {
  it.each([undefined, 'ops@phones.test'])('is final: one attempt, then closed (user %s)', async (user) => {
    const server = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(commandReply('-ERR invalid') + disconnectNotice());
      peer.socket.end();
    });
    const error = await rejection(connectTo(server, { ...(user !== undefined && { user }) }));
    expect(error).toBeInstanceOf(EslAuthError);
    expect(error).toMatchObject({ code: 'auth', lost: 'connection' });
    expect(error.message).toContain('-ERR invalid');
    expect(error.hint).toContain(user ?? 'password');
    await server.peers[0]?.closed;
    expect(server.peers).toHaveLength(1);
    expect(server.peers[0]?.received.match(/auth /g)).toHaveLength(1);
  });

  it('by a server that then does not close ends the connection all the same', async () => {
    const server = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(commandReply('-ERR invalid'));
    });
    expect(await rejection(connectTo(server))).toBeInstanceOf(EslAuthError);
    await server.peers[0]?.closed;
  });

  it('of the address names the ACL, and no password has been sent', async () => {
    const server = await scriptedServer((peer) => {
      peer.write(recording('02-acl-rejected').steps[0]?.receive ?? '');
      peer.socket.end();
    });
    const error = await rejection(connectTo(server));
    expect(error).toBeInstanceOf(EslAclError);
    expect(error.message).toContain('Access Denied');
    expect(error.hint).toContain('apply-inbound-acl');
    await server.peers[0]?.closed;
    expect(server.peers.map(({ received }) => received)).toEqual(['']);
  });
});

describe('a server that is no event socket', () => {
  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n', 'HTTP'],
    ['TLS', Buffer.from([0x15, 3, 3, 0, 2, 2, 10]), 'TLS'],
    ['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0'],
    ['SMTP', '220 mail ESMTP\r\n', '220 mail'],
    ['something like ours', 'Content-Nothing\n\n', 'Content-Nothing'],
    ['a message of another kind', commandReply('+OK accepted'), 'command/reply'],
    ['no end of a header block', `Content-Type: ${'x'.repeat(100_000)}`, 'Content-Type'],
    ['a huge body', 'Content-Length: 99999999999\n\n', 'Content-Length'],
  ])('but speaks %s gets no password', async (_, banner, shown) => {
    const server = await scriptedServer((peer) => peer.write(banner));
    const error = await rejection(connectTo(server));
    expect(error).toBeInstanceOf(EslNotFreeSwitchError);
    expect(error.message).toContain(shown);
    expect(error.message.length).toBeLessThan(200);
    await server.peers[0]?.closed;
    expect(server.peers[0]?.received).toBe('');
  });

  it('is found out by its first byte', async () => {
    const server = await scriptedServer((peer) => peer.write('H'));
    expect(await rejection(connectTo(server))).toBeInstanceOf(EslNotFreeSwitchError);
  });

  it('but says nothing runs into the time limit, with a hint', async () => {
    const server = await scriptedServer(() => {});
    const error = await rejection(connectTo(server, { connectTimeoutMs: 250 }));
    expect(error).toBeInstanceOf(EslTimeoutError);
    expect(error.hint).toContain('HTTP or TLS');
    await server.peers[0]?.closed;
    expect(server.peers[0]?.received).toBe('');
  });

  it('but stops in its greeting runs into the time limit', async () => {
    const server = await scriptedServer((peer) => peer.write(AUTH_REQUEST.slice(0, 20)));
    expect(await rejection(connectTo(server, { connectTimeoutMs: 250 }))).toBeInstanceOf(EslTimeoutError);
    await server.peers[0]?.closed;
  });

  it('but closes at once is told from one that is not there', async () => {
    const server = await scriptedServer((peer) => void peer.socket.end());
    expect(await rejection(connectTo(server))).toBeInstanceOf(EslClosedError);
  });

  it('but resets at once is told, too', async () => {
    const server = await scriptedServer((peer) => void peer.socket.resetAndDestroy());
    expect((await rejection(connectTo(server))).lost).toBe('connection');
  });
});

describe('a login that gets no answer', () => {
  it('runs into the time limit of the connection', async () => {
    const server = await scriptedServer((peer) => peer.write(AUTH_REQUEST));
    expect(await rejection(connectTo(server, { connectTimeoutMs: 250 }))).toBeInstanceOf(EslTimeoutError);
    await server.peers[0]?.closed;
  });

  it('or into that of replies, if it is shorter', async () => {
    const server = await scriptedServer((peer) => peer.write(AUTH_REQUEST));
    expect(await rejection(connectTo(server, { replyTimeoutMs: 250 }))).toBeInstanceOf(EslTimeoutError);
    await server.peers[0]?.closed;
  });

  it('but the end of the connection is told so', async () => {
    const server = await scriptedServer(async (peer) => {
      peer.write(AUTH_REQUEST);
      await peer.command();
      peer.write(disconnectNotice('The system is being shut down.\n'));
      peer.socket.end();
    });
    const error = await rejection(connectTo(server));
    expect(error).toBeInstanceOf(EslClosedError);
    expect(error.message).toContain('The system is being shut down.');
  });
});

describe('a password', () => {
  it.each(['\r', '\n', '\r\n', '\0', '\n\napi fsctl shutdown\n\n', '\ud83d', '\x01'])(
    'with %j is refused without a byte on the wire',
    async (fault) => {
      const server = await scriptedServer(() => {});
      for (const options of [{ password: PASSWORD + fault }, { password: PASSWORD, user: `ops@x${fault}` }]) {
        const error = await rejection(connect({ ...server, ...options }));
        expect(error).toBeInstanceOf(EslUnsafeError);
      }
      expect(server.peers).toHaveLength(0);
    },
  );

  it('may hold colons, blanks, percent signs and emoji', async () => {
    const password = ' a:b %41 😀 ';
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      expect(peer.received).toBe(`auth ${password}\n\n`);
      await peer.command();
      peer.write(apiResponse('ok'));
    });
    const connection = await connectTo(server, { password });
    expect((await connection.send({ line: 'api status' })).text).toBe('ok');
  });
});
