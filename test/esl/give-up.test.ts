import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/index.js';
import { apiResponse, commandReply, scriptedServer } from '../support/scripted-server.js';
import { patient, rejection } from './connected.js';

/** A caller that aborts must not have to wait for the time limit, so it is far away. */
const FAR = { connectTimeoutMs: 600_000, password: 'ClueCon' };

describe('a caller that gives up', () => {
  it('before it began does not connect', async () => {
    const server = await scriptedServer(async () => {});
    const { host, port } = server;
    const error = await rejection(connect({ ...FAR, host, port, signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'connect', message: expect.stringContaining('was given up') });
  });

  it('while the server says nothing is let go at once', async () => {
    const server = await scriptedServer(async () => {});
    const { host, port } = server;
    const controller = new AbortController();
    const connecting = rejection(connect({ ...FAR, host, port, signal: controller.signal }));
    await expect.poll(() => server.peers.length, patient).toBe(1);
    controller.abort();
    expect(await connecting).toMatchObject({ code: 'connect' });
    await server.peers[0]?.closed;
  });

  it('after the login has a connection that goes on', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(apiResponse('x'));
      await peer.command();
      peer.write(commandReply('+OK bye'));
    });
    const { host, port } = server;
    const controller = new AbortController();
    const connection = await connect({ ...FAR, host, port, signal: controller.signal });
    controller.abort();
    expect((await connection.send({ line: 'api eval x' })).ok).toBe(true);
    await connection.close();
  });
});
