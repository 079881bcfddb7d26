import { expect } from 'vitest';
import { EslClosedError, type EslEvent, EslRefusedError } from '../../../src/esl/index.js';
import { handedOver } from '../handed-over.js';
import type { Scenario } from '../scenario.js';
import { within } from '../until.js';

const PATIENCE_MS = 10_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The event socket with calls on it, handed over by FreeSWITCH or looked at from beside. */
export function outboundScenarios(scenario: Scenario): void {
  scenario('a call is handed over, async and full', async ({ world, socket }) => {
    const { call, close } = await handedOver(await socket(), world.parkedAt, 'async full');
    expect(call.uuid).toMatch(UUID);
    expect([call.mode, call.control]).toEqual(['async', 'full']);
    expect(call.headers.get('Caller-Destination-Number')).toBe(world.parkedAt);
    const heard = collect(call);
    await call.linger(2);
    await call.myEvents();
    await expect(call.myEvents(undefined, 'json')).rejects.toThrow('-ERR aready enabled.');
    const answer = { application: 'answer', eventUuid: '22075ce5-b67b-4f04-a6dd-1726ec14c8bf' };
    const answered = await call.executeToEnd(answer);
    expect(answered.headers.get('Application')).toBe('answer');
    expect(await call.getVariable('socket_host')).toBe('127.0.0.1');
    expect(await call.getVariable('no_such_variable')).toBeUndefined();
    await call.divertEvents(true);
    await call.divertEvents(false);
    const long = `lab=${'hé'.repeat(800)}`;
    const set = await call.executeToEnd({ application: 'set', argument: long });
    expect(set.headers.get('Application-Data')).toBe(long);
    const { text } = await call.api(`uuid_getvar ${call.uuid} lab`);
    expect(text).toBe(long.slice(4));
    await call.hangUp('USER_BUSY');
    await call.hungUp;
    // The socket lingers: it is still there for what comes after the call.
    expect((await call.api('eval still here')).text).toBe('still here');
    expect(await call.closed).toMatchObject({ code: 'closed', sessionUuid: call.uuid });
    const { names, ended } = await heard;
    expect(ended).toBe('in order');
    expect(names).toEqual(expect.arrayContaining(['CHANNEL_EXECUTE', 'CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE']));
    await close();
  });

  scenario(
    'a call is handed over without async and full: FreeSWITCH refuses what is not about the call',
    async (scene) => {
      const { call, close } = await handedOver(await scene.socket(), scene.world.parkedAt, '');
      expect([call.mode, call.control]).toEqual(['static', 'single-channel']);
      for (const refused of [
        () => call.subscribe({ names: ['ALL'] }),
        () => call.linger(),
        () => call.sendEvent('NOTIFY'),
      ]) {
        await expect(refused()).rejects.toThrow(EslRefusedError);
      }
      expect(await call.api('status')).toMatchObject({ ok: false, text: '-ERR command not found' });
      await call.execute({ application: 'answer' });
      const began = performance.now();
      await call.execute({ application: 'sleep', argument: '300' });
      // It has been carried out when it is answered.
      expect(performance.now() - began).toBeGreaterThan(250);
      await call.unicast();
      await call.hangUp();
      expect(await call.closed).toBeInstanceOf(EslClosedError);
      await close();
    },
  );

  scenario('the dialplan goes on after resume', async ({ world, socket }) => {
    const { call, close } = await handedOver(await socket(), world.parkedAt, 'async full');
    await call.resume();
    expect((await call.api(`uuid_getvar ${call.uuid} socket_resume`)).text).toBe('true');
    await call.hangUp();
    await close();
  });

  scenario('a call of a phone is parked, and another connection has it do things and hangs it up', async (scene) => {
    const { world, socket } = scene;
    const phone = await world.phone({ user: world.user(0) });
    const uuid = await phone.dial();
    const own = await socket();
    const set = { application: 'set', argument: 'lab=1', eventUuid: '11111111-2222-4333-8444-555555555555' };
    const done = await own.executeToEnd(set, { uuid });
    expect(done.headers.get('Unique-ID')).toBe(uuid);
    expect((await own.api(`uuid_getvar ${uuid} lab`)).text).toBe('1');
    await own.sendMessage('hangup', [['hangup-cause', 'NORMAL_CLEARING']], uuid);
    await within(PATIENCE_MS, async () => (await own.api(`uuid_exists ${uuid}`)).text === 'false');
    await expect(own.hangUp(undefined, uuid)).rejects.toThrow(`-ERR invalid session id [${uuid}]`);
  });

  scenario('myevents ties a connection to one call, in the format that is asked for', async ({ world, socket }) => {
    const [phone, other] = await Promise.all([
      world.phone({ user: world.user(0) }),
      world.phone({ user: world.user(1) }),
    ]);
    const [uuid, otherUuid] = [await phone.dial(), await other.dial()];
    const [tied, beside] = [await socket(), await socket()];
    const formats = new Set<string>();
    tied.on('message', ({ contentType }) => formats.add(contentType));
    const heard = collect(tied);
    await tied.myEvents(uuid, 'json');
    await beside.executeToEnd({ application: 'set', argument: 'lab=2' }, { uuid: otherUuid });
    await beside.executeToEnd({ application: 'set', argument: 'lab=1' }, { uuid });
    await beside.hangUp(undefined, uuid);
    expect(await tied.closed).toMatchObject({ sessionUuid: uuid });
    const { events, ended } = await heard;
    expect(ended).toBe('in order');
    expect(new Set(events.map(({ headers }) => headers.get('Unique-ID')))).toEqual(new Set([uuid]));
    expect(formats).toContain('text/event-json');
    expect(formats).not.toContain('text/event-plain');
    await beside.hangUp(undefined, otherUuid);
  });
}

/** All events until the iteration ends, and how it does. */
async function collect(source: { events(): AsyncIterable<EslEvent> }) {
  const events: EslEvent[] = [];
  let ended = 'in order';
  try {
    for await (const event of source.events()) events.push(event);
  } catch (error) {
    ended = String(error);
  }
  return { events, names: events.map(({ name }) => name), ended };
}
