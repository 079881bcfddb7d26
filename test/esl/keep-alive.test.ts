import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { scriptedServer } from '../support/scripted-server.js';
import { calling, listening } from './calling.js';
import { answering, openTo } from './opened.js';

it('connections of both directions notice in time that the other side is gone', async () => {
  const keeping = vi.spyOn(Socket.prototype, 'setKeepAlive');
  await openTo(await scriptedServer(answering(() => undefined)));
  expect(keeping.mock.calls).toEqual([[true, 30_000]]);
  keeping.mockClear();
  const peer = await calling(await listening({ onCall: () => {} }));
  await peer.closed;
  expect(keeping.mock.calls).toContainEqual([true, 30_000]);
  keeping.mockRestore();
});
