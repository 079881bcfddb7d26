import { describe, expect, it } from 'vitest';
import { EslUnsafeError } from '../../src/esl/index.js';
import { scriptedServer } from '../support/scripted-server.js';
import { rejection } from './connected.js';
import { answering, openTo } from './opened.js';

async function opened() {
  const server = await scriptedServer(answering(() => undefined));
  const socket = await openTo(server);
  return { socket, received: () => server.peers[0]?.received.replace(/^.*\n\n/, '') };
}

describe('a filter', () => {
  it.each([
    ['a name that is a command', 'delete', 'all'],
    ['a name that is a command in capitals', 'ADD', 'Event-Name'],
    ['no value, which would delete others', 'Unique-ID', ''],
    ['only a blank as a value', 'Unique-ID', ' '],
    ['a name of two words', 'Unique ID', 'x'],
    ['a second line', 'Unique-ID', 'x\n\nexit'],
  ])('with %s is not sent', async (_, header, value) => {
    const { socket, received } = await opened();
    expect(await rejection(socket.filter(header, value))).toBeInstanceOf(EslUnsafeError);
    await socket.api('status');
    expect(received()).toBe('api status\n\n');
  });

  it('is set and taken back, one by one or all of a header', async () => {
    const { socket, received } = await opened();
    await socket.filter('Unique-ID', 'a b');
    await socket.deleteFilter('Unique-ID', 'a b');
    await socket.deleteFilter('Unique-ID');
    await socket.deleteFilter();
    expect(received()).toBe(
      'filter Unique-ID a b\n\nfilter delete Unique-ID a b\n\nfilter delete Unique-ID\n\nfilter delete all\n\n',
    );
  });
});
