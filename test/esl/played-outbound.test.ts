import { expect, it, onTestFinished } from 'vitest';
import { EslClosedError, EslRefusedError, type OutboundCall, OutboundServer } from '../../src/esl/index.js';
import { rejection } from './connected.js';
import { playTo } from './played.js';

const UUID = '11111111-2222-3333-4444-555555555555';

/** Plays a recording to a server that has its call like this. Rejects if either side fails. */
async function play(scenario: string, onCall: (call: OutboundCall) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  let isHad = (): void => {};
  const had = new Promise<void>((resolve) => {
    isHad = resolve;
  });
  const server = await OutboundServer.listen({
    port: 0,
    onCall: (call) => onCall(call).finally(isHad),
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => server.destroy());
  await playTo(server.port, scenario);
  await had;
  await server.close();
  if (errors.length > 0) throw errors[0];
}

it('19-outbound-async-full: every method does what FreeSWITCH did, up to the end of the call', async () => {
  const events: string[] = [];
  const notices: unknown[] = [];
  await play('19-outbound-async-full', async (call) => {
    expect(call).toMatchObject({ uuid: UUID, mode: 'async', control: 'full' });
    expect(call.headers.get('Caller-Destination-Number')).toBe('5000');
    expect(call.variable('current_application_data')).toBe('127.0.0.1:8084 async full');
    call.on('message', ({ contentType, headers }) => {
      if (contentType === 'text/disconnect-notice') notices.push(headers.get('content-disposition'));
    });
    const reading = (async () => {
      for await (const { name, headers } of call.events()) events.push(`${name} ${headers.get('application') ?? ''}`);
    })();
    await call.linger(2);
    await call.myEvents();
    expect(await rejection(call.myEvents(undefined, 'json'))).toBeInstanceOf(EslRefusedError);
    const answered = await call.executeToEnd({
      application: 'answer',
      eventUuid: '22075ce5-b67b-4f04-a6dd-1726ec14c8bf',
    });
    expect(answered.headers.get('application')).toBe('answer');
    expect(await call.getVariable('caller_id_number')).toBe('public');
    await call.divertEvents(true);
    const headers = [
      ['call-command', 'execute'],
      ['execute-app-name', 'set'],
      ['content-type', 'text/plain'],
    ] as const;
    expect((await call.send({ line: 'sendmsg', headers, body: 'lab=hél' })).ok).toBe(true);
    expect((await call.api(`uuid_getvar ${UUID} caller_id_number`)).text).toBe('public');
    await call.hangUp();
    await reading;
    expect(await call.closed).toMatchObject({ code: 'closed', sessionUuid: UUID });
  });
  expect(events.slice(0, 4)).toEqual([
    'CHANNEL_EXECUTE answer',
    'CHANNEL_EXECUTE_COMPLETE answer',
    'CHANNEL_EXECUTE set',
    'CHANNEL_EXECUTE_COMPLETE set',
  ]);
  expect(events).toContain('CHANNEL_HANGUP_COMPLETE ');
  expect(notices).toEqual(['linger', 'disconnect']);
});

it('19-outbound-sync: what is not for such a socket is refused, the rest is done', async () => {
  await play('19-outbound-sync', async (call) => {
    expect(call).toMatchObject({ uuid: UUID, mode: 'static', control: 'single-channel' });
    expect(await call.api('status')).toMatchObject({ ok: false, text: '-ERR command not found' });
    await call.execute({ application: 'answer' });
    await call.unicast();
    await call.hangUp();
    expect(await call.closed).toBeInstanceOf(EslClosedError);
  });
});
