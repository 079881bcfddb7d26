import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { DialOptions } from '../../src/esl/dial.js';
import { serverName } from '../../src/esl/dial.js';
import { EslConnectError, EslTimeoutError } from '../../src/esl/errors.js';
import { deadPort, scriptedServer } from '../support/scripted-server.js';
import { connectTo, rejection } from './connected.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('an address', () => {
  it('where nothing listens is told with a hint', async () => {
    const error = await rejection(connectTo({ host: '127.0.0.1', port: await deadPort() }));
    expect(error).toBeInstanceOf(EslConnectError);
    expect(error).toMatchObject({ code: 'connect', lost: 'connection', written: false });
    expect(error.message).toContain('nothing listens there');
    expect(error.hint).toContain('mod_event_socket');
  });

  it.skipIf(!hasIpv6)('of IPv6 works, and is named in brackets', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.end();
    }, '::1');
    const connection = await connectTo(server);
    expect((await connection.closed)?.message).toContain(`[::1]:${server.port}`);
  });

  it('is named as people write it', () => {
    expect(serverName('fe80::1', 8021)).toBe('[fe80::1]:8021');
    expect(serverName('pbx.example.com', 8021)).toBe('pbx.example.com:8021');
  });
});

describe('a name', () => {
  it.each([
    ['IPv6', ['::1', '127.0.0.1']],
    ['IPv4', ['127.0.0.2', '127.0.0.1']],
    ['both', ['::1', '127.0.0.2', '127.0.0.1']],
  ])('whose first addresses are dead connects to the next (%s)', async (_, addresses) => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
    });
    const connection = await connectTo({ ...server, host: 'pbx.test' }, { lookup: names(addresses) });
    expect(connection.open).toBe(true);
  });

  it('whose addresses are all dead is told in words', async () => {
    const lookup = names(['127.0.0.2', '127.0.0.1', '::1']);
    const error = await rejection(connectTo({ host: 'pbx.test', port: await deadPort() }, { lookup }));
    expect(error).toBeInstanceOf(EslConnectError);
    expect(error.message).toMatch(/^can't connect to pbx\.test:\d+: \w/);
  });

  it('that does not exist is told', async () => {
    const lookup: DialOptions['lookup'] = (name, _, callback) => {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), []);
    };
    const error = await rejection(connectTo({ host: 'nowhere.test', port: 8021 }, { lookup }));
    expect(error).toBeInstanceOf(EslConnectError);
    expect(error.message).toContain('there is no such host');
  });

  it('whose look-up takes too long runs into the time limit, and may answer later', async () => {
    const server = await scriptedServer(() => {});
    let answer = (): void => {};
    const lookup: DialOptions['lookup'] = (_name, _options, callback) => {
      answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const error = await rejection(connectTo({ ...server, host: 'slow.test' }, { lookup, connectTimeoutMs: 60 }));
    expect(error).toBeInstanceOf(EslTimeoutError);
    expect(error.message).toContain('did not take the connection within 60 ms');
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.peers).toHaveLength(0);
  });
});

/** A resolver that gives these addresses for every name. */
function names(addresses: readonly string[]): DialOptions['lookup'] {
  return (_name, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}
