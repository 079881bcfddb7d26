import { describe, expect, it } from 'vitest';
import {
  EslClosedError,
  type EventSocket,
  type OutboundCall,
  OutboundServer,
  openSocket,
} from '../../src/esl/index.js';
import { within } from '../live/until.js';
import { type Lab, withSandbox } from '../support/lab.js';
import { SOCKET_COMMANDS, type SocketCommandName } from '../support/socket-commands.js';

interface Stage extends Lab {
  /** All that came to the server, as text. */
  sent(): string;
  /** An inbound socket, logged in. */
  readonly socket: EventSocket;
  /** A call of 1000 that is parked. */
  parked(): string;
  /** A call of 1000 that FreeSWITCH has handed over, with these words. */
  handedOver(words?: string): Promise<OutboundCall>;
}

/** What each command does; that its bytes are as documented, and that a server that behaves as FreeSWITCH takes them so. */
const PLAYS: Readonly<Record<SocketCommandName, (stage: Stage) => Promise<void>>> = {
  inbound: async ({ socket }) => {
    expect((await socket.api('eval here')).text).toBe('here');
  },
  outbound: async ({ handedOver }) => {
    const call = await handedOver();
    expect(call.headers.get('Caller-Destination-Number')).toBe('8084');
    await call.hangUp();
  },
  'auth PASSWORD': async ({ sent }) => {
    expect(sent()).toContain('auth ClueCon\n\n');
  },
  'userauth USER@DOMAIN:PASSWORD': async ({ port, sent }) => {
    const limited = await openSocket({ host: '127.0.0.1', port, user: 'ops@phones.test', password: 'secret' });
    expect(sent()).toContain('userauth ops@phones.test:secret\n\n');
    expect(await limited.api('version')).toMatchObject({ ok: false, text: '-ERR permission denied' });
    await limited.close();
  },
  connect: async ({ handedOver, sent }) => {
    const call = await handedOver('async');
    expect(sent()).toContain('connect\n\n');
    expect([call.mode, call.control]).toEqual(['async', 'single-channel']);
    expect(call.variable('sip_from_user')).toBe('1000');
    await call.hangUp();
  },
  'api COMMAND ARG': async ({ socket, sent }) => {
    expect(await socket.api('eval one two')).toMatchObject({ ok: true, text: 'one two' });
    expect(await socket.api('nosuch')).toMatchObject({ ok: false, text: '-ERR nosuch Command not found!' });
    expect(sent()).toContain('api eval one two\n\n');
  },
  'bgapi COMMAND ARG': async ({ socket, sent }) => {
    expect(await socket.bgapi('eval later')).toMatchObject({ ok: true, text: 'later' });
    expect(sent()).toMatch(/event plain BACKGROUND_JOB\n\nbgapi eval later\nJob-UUID: [0-9a-f-]{36}\n\n/);
  },
  'bgapi with a Job-UUID': async ({ socket, sent }) => {
    const jobUuid = 'd8c7f660-37a6-4e73-9170-1a731c442148';
    const { event } = await socket.bgapi('status', { jobUuid });
    expect(event.headers.get('Job-UUID')).toBe(jobUuid);
    expect(sent()).toContain(`bgapi status\nJob-UUID: ${jobUuid}\n\n`);
  },
  linger: async ({ handedOver, sent }) => {
    const call = await handedOver();
    await call.linger();
    await call.hangUp();
    await call.hungUp;
    expect((await call.api('eval still here')).text).toBe('still here');
    expect(sent()).toContain('linger\n\n');
    await call.close();
  },
  'linger SECONDS': async ({ handedOver, sent }) => {
    const call = await handedOver();
    const notices: (string | undefined)[] = [];
    call.on('message', ({ headers }) => notices.push(headers.get('linger-time')));
    await call.linger(1);
    await call.hangUp();
    expect(await call.closed).toMatchObject({ sessionUuid: call.uuid });
    expect(notices).toContain('1');
    expect(sent()).toContain('linger 1\n\n');
  },
  nolinger: async ({ handedOver, sent }) => {
    const call = await handedOver();
    await call.linger();
    await call.noLinger();
    await call.hangUp();
    expect(await call.closed).toBeInstanceOf(EslClosedError);
    expect(sent()).toContain('nolinger\n\n');
  },
  'event plain': (stage) => format(stage, 'plain'),
  'event json': (stage) => format(stage, 'json'),
  'event xml': (stage) => format(stage, 'xml'),
  'event … CUSTOM SUBCLASS': async ({ socket, sandbox, sent }) => {
    const events = first(socket.events('CUSTOM'));
    await socket.subscribe({ names: ['CHANNEL_CREATE'], subclasses: ['conference::maintenance', 'sofia::register'] });
    expect(sent()).toContain('event plain CHANNEL_CREATE CUSTOM conference::maintenance sofia::register\n\n');
    sandbox.addPhone({ user: '1002' });
    expect(await events).toMatchObject({ name: 'CUSTOM', subclass: 'sofia::register' });
  },
  nixevent: async ({ socket, sent }) => {
    await socket.subscribe({ names: ['ALL'] });
    await socket.unsubscribe({ names: ['HEARTBEAT'] });
    const next = first(socket.events('HEARTBEAT', 'TRAP'));
    for (const name of ['HEARTBEAT', 'TRAP']) await socket.sendEvent(name);
    expect((await next).name).toBe('TRAP');
    expect(sent()).toContain('nixevent HEARTBEAT\n\n');
  },
  noevents: async ({ socket, sent }) => {
    await socket.subscribe({ names: ['TRAP'] });
    await socket.unsubscribeAll();
    await expect(socket.unsubscribeAll()).rejects.toThrow('-ERR not listening for events');
    expect(sent()).toContain('noevents\n\n');
  },
  myevents: async ({ handedOver, sent }) => {
    const call = await handedOver('async');
    const next = first(call.events('CHANNEL_EXECUTE_COMPLETE'));
    await call.myEvents();
    await call.execute({ application: 'answer' });
    expect((await next).headers.get('Unique-ID')).toBe(call.uuid);
    expect(sent()).toContain('myevents\n\n');
    await call.hangUp();
  },
  'myevents UUID': async ({ socket, parked, sent }) => {
    const uuid = parked();
    await socket.myEvents(uuid);
    expect(sent()).toContain(`myevents ${uuid}\n\n`);
    await socket.hangUp();
    expect(await socket.closed).toMatchObject({ sessionUuid: uuid });
  },
  'myevents, with a format': async ({ socket, parked, handedOver, sent }) => {
    const uuid = parked();
    const types = contentTypes(socket);
    await socket.myEvents(uuid, 'json');
    await socket.hangUp();
    await socket.closed;
    expect([...types]).toContain('text/event-json');
    expect([...types]).not.toContain('text/event-plain');
    const call = await handedOver();
    const own = contentTypes(call);
    await call.myEvents(undefined, 'xml');
    await call.hangUp();
    await call.closed;
    expect([...own]).toContain('text/event-xml');
    expect(sent()).toContain('myevents xml\n\n');
  },
  'divert_events on|off': async ({ handedOver, socket, sent }) => {
    const call = await handedOver();
    await call.divertEvents(true);
    await call.divertEvents(false);
    await expect(socket.divertEvents(true)).rejects.toThrow('-ERR not controlling a session.');
    expect(sent()).toContain('divert_events on\n\ndivert_events off\n\n');
    await call.hangUp();
  },
  'filter HEADER VALUE': async ({ socket, sent }) => {
    await socket.subscribe({ names: ['ALL'] });
    await socket.filter('Where', 'here');
    const next = first(socket.events('TRAP'));
    for (const where of ['there', 'here']) await socket.sendEvent('TRAP', [['Where', where]]);
    expect((await next).headers.get('Where')).toBe('here');
    expect(sent()).toContain('filter Where here\n\n');
  },
  'filter delete HEADER VALUE': async (stage) => {
    await unfiltered(stage, () => stage.socket.deleteFilter('Where', 'here'));
    expect(stage.sent()).toContain('filter delete Where here\n\n');
  },
  'filter delete HEADER': async (stage) => {
    await unfiltered(stage, () => stage.socket.deleteFilter('Where'));
    expect(stage.sent()).toContain('filter delete Where\n\n');
  },
  'filter delete all': async (stage) => {
    await unfiltered(stage, () => stage.socket.deleteFilter());
    expect(stage.sent()).toContain('filter delete all\n\n');
  },
  'sendevent NAME': async ({ socket, requests, sent }) => {
    const headers = [
      ['MWI-Messages-Waiting', 'yes'],
      ['MWI-Message-Account', 'sip:1000@phones.test'],
      ['MWI-Voice-Message', '0/1 (0/0)'],
    ] as const;
    expect(await socket.sendEvent('message_waiting', headers)).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent()).toContain(
      'sendevent message_waiting\nMWI-Messages-Waiting: yes\nMWI-Message-Account: sip:1000@phones.test\nMWI-Voice-Message: 0/1 (0/0)\n\n',
    );
    expect(requests[0]?.body).toContain('Voice-Message: 0/1 (0/0)');
  },
  'sendevent with a body': async ({ socket, requests, sent }) => {
    const headers = Object.entries({
      profile: 'internal',
      'content-type': 'text/plain',
      user: '1000',
      host: 'phones.test',
    });
    await socket.sendEvent('SEND_MESSAGE', headers, 'Grüße');
    expect(sent()).toContain('\ncontent-length: 7\n\nGrüße');
    expect(requests[0]).toMatchObject({ method: 'MESSAGE', body: 'Grüße' });
  },
  'sendmsg execute': async ({ socket, parked, sent }) => {
    const uuid = parked();
    await socket.executeToEnd({ application: 'set', argument: 'lab=1' }, { uuid });
    expect((await socket.api(`uuid_getvar ${uuid} lab`)).text).toBe('1');
    expect(sent()).toContain(
      `sendmsg ${uuid}\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: lab=1\nEvent-UUID: `,
    );
  },
  'sendmsg execute, argument in the body': async ({ socket, parked, sent }) => {
    const uuid = parked();
    const argument = `lab=${'é'.repeat(3000)}`;
    await socket.executeToEnd({ application: 'set', argument, eventUuid: 'long' }, { uuid });
    expect((await socket.api(`uuid_getvar ${uuid} lab`)).text).toBe('é'.repeat(3000));
    expect(sent()).toContain(`Event-UUID: long\ncontent-type: text/plain\ncontent-length: 6004\n\n${argument}`);
  },
  'sendmsg execute, loops': async ({ socket, parked, sent }) => {
    const uuid = parked();
    let turns = 0;
    await socket.subscribe({ names: ['CHANNEL_EXECUTE_COMPLETE'] });
    socket.on('event', ({ headers }) => {
      if (headers.get('Application') === 'sleep') turns++;
    });
    await socket.execute({ application: 'sleep', argument: '600', loops: 2 }, uuid);
    expect(await within(10_000, () => turns === 2)).toBe(true);
    expect(sent()).toContain('execute-app-arg: 600\nloops: 2\n\n');
  },
  'sendmsg execute, Event-UUID': async ({ socket, parked, sent }) => {
    const eventUuid = '22075ce5-b67b-4f04-a6dd-1726ec14c8bf';
    const done = await socket.executeToEnd({ application: 'answer', eventUuid }, { uuid: parked() });
    expect(done.headers.get('Application-UUID')).toBe(eventUuid);
    expect(sent()).toContain(`execute-app-name: answer\nEvent-UUID: ${eventUuid}\n\n`);
  },
  'sendmsg hangup': async ({ socket, sandbox, parked, sent }) => {
    const uuid = parked();
    const causes: string[] = [];
    sandbox.bus.on('hangup', ({ cause }) => causes.push(cause));
    await socket.hangUp('USER_BUSY', uuid);
    expect(await within(10_000, () => causes.length > 0)).toBe(true);
    expect(causes).toEqual(['USER_BUSY']);
    expect(sent()).toContain(`sendmsg ${uuid}\ncall-command: hangup\nhangup-cause: USER_BUSY\n\n`);
  },
  'sendmsg unicast': async ({ socket, parked, sent }) => {
    const uuid = parked();
    await socket.unicast({ remotePort: 9000, transport: 'tcp', native: true }, uuid);
    expect(sent()).toContain(
      `sendmsg ${uuid}\ncall-command: unicast\nlocal-ip: 127.0.0.1\nlocal-port: 8025\nremote-ip: 127.0.0.1\nremote-port: 9000\ntransport: tcp\nflags: native\n\n`,
    );
  },
  'sendmsg nomedia': async ({ socket, parked, sent }) => {
    const uuid = parked();
    await socket.noMedia(uuid, uuid);
    expect(sent()).toContain(`sendmsg ${uuid}\ncall-command: nomedia\nnomedia-uuid: ${uuid}\n\n`);
  },
  'log LEVEL': async ({ socket, sent }) => {
    const line = first(socket.logs());
    await socket.log('info');
    await socket.api('log notice hello from the lab');
    expect(await line).toMatchObject({
      level: 5,
      file: 'mod_commands.c',
      text: expect.stringContaining('hello from the lab'),
    });
    expect(sent()).toContain('log info\n\n');
  },
  nolog: async ({ socket, sent }) => {
    await socket.log();
    await socket.noLog();
    await expect(socket.noLog()).rejects.toThrow('-ERR not loging');
    expect(sent()).toContain('log debug\n\nnolog\n\n');
  },
  'getvar NAME': async ({ handedOver, sent }) => {
    const call = await handedOver();
    expect(await call.getVariable('sip_from_user')).toBe('1000');
    expect(await call.getVariable('no_such')).toBeUndefined();
    expect(sent()).toContain('getvar sip_from_user\n\n');
    await call.hangUp();
  },
  resume: async ({ handedOver, sent }) => {
    const call = await handedOver();
    await call.resume();
    expect(await call.getVariable('socket_resume')).toBe('true');
    expect(sent()).toContain('resume\n\n');
    await call.hangUp();
  },
  exit: async ({ socket, sent }) => {
    await socket.close();
    expect(sent()).toContain('exit\n\n');
    expect(await socket.closed).toBeUndefined();
  },
};

/** What the documentation has, by the first words of its commands. No row may be missing. */
const DOCUMENTED =
  'api bgapi linger nolinger event myevents divert_events filter sendevent sendmsg exit auth log nolog nixevent noevents';

describe('every command of the documentation', () => {
  it('is in the list', () => {
    const words = new Set(SOCKET_COMMANDS.map(({ command }) => command.split(' ')[0]?.replace(',', '')));
    expect(DOCUMENTED.split(' ').filter((word) => !words.has(word))).toEqual([]);
  });

  it.each(SOCKET_COMMANDS.map(({ command }) => command))('%s', (command) => onStage(PLAYS[command]));
});

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  let taken = (_call: OutboundCall): void => {};
  let over = (): void => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  const server = await OutboundServer.listen({
    port: 0,
    onCall: async (call) => {
      taken(call);
      await Promise.race([call.closed, ended]);
    },
  });
  const address = `socket 127.0.0.1:${server.port}`;
  const dialplan = { '8084': `${address} async full`, '8085': `${address} async` };
  const users = [{ id: 'ops', params: { 'esl-password': 'secret', 'esl-allowed-api': 'status' } }];
  await withSandbox({ phones: [{ user: '1000' }], dialplan, users }, async (lab) => {
    const { sandbox, port, commands } = lab;
    const socket = await openSocket({ host: '127.0.0.1', port, password: 'ClueCon' });
    await play({
      ...lab,
      socket,
      sent: () => Buffer.concat(commands).toString(),
      parked: () => sandbox.dial('1000@phones.test', '5000').uuid,
      handedOver: (given = 'async full') => {
        return new Promise((resolve) => {
          taken = resolve;
          sandbox.dial('1000@phones.test', given === 'async' ? '8085' : '8084');
        });
      },
    });
    over();
    await socket.close();
  });
  await server.close();
}

async function format({ socket, sent }: Stage, wanted: 'plain' | 'json' | 'xml'): Promise<void> {
  const types = contentTypes(socket);
  const event = first(socket.events('CUSTOM'));
  await socket.subscribe({ names: ['ALL'] }, wanted);
  await socket.sendEvent(
    'CUSTOM',
    [
      ['Event-Subclass', 'albs::Section-Alarm'],
      ['State', 'Grün & aus'],
    ],
    'a body\n',
  );
  expect(await event).toMatchObject({ subclass: 'albs::Section-Alarm', body: 'a body\n' });
  expect((await event).headers.get('State')).toBe('Grün & aus');
  expect([...types]).toEqual([`text/event-${wanted}`]);
  expect(sent()).toContain(`event ${wanted} ALL\n\n`);
}

async function unfiltered({ socket }: Stage, remove: () => Promise<void>): Promise<void> {
  await socket.subscribe({ names: ['TRAP'] });
  await socket.filter('Where', 'here');
  await remove();
  const next = first(socket.events('TRAP'));
  await socket.sendEvent('TRAP', [['Where', 'there']]);
  expect((await next).headers.get('Where')).toBe('there');
}

function contentTypes(socket: EventSocket): Set<string> {
  const types = new Set<string>();
  socket.on('message', ({ contentType }) => types.add(contentType));
  return types;
}

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('it ended with nothing');
}
