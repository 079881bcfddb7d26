import { describe, expect, expectTypeOf, it } from 'vitest';
import { decodeEvent } from '../../src/esl/event.js';
import {
  type AnyEventName,
  type EslEvent,
  type EslEventError,
  EVENT_NAMES,
  type EventFormat,
  type EventName,
  type EventSelection,
  type EventSocket,
  type Gap,
  isEvent,
  type Job,
  type LastingSocket,
  type LogLine,
  type Message,
  type OutboundCall,
  type Reply,
} from '../../src/esl/index.js';
import { recordings, replay, stream } from './replay.js';

// These are checked by the compiler; none of these functions is ever called.
const socketTypes = (socket: EventSocket): void => {
  expectTypeOf(socket.events('CHANNEL_ANSWER')).toEqualTypeOf<AsyncIterable<EslEvent<'CHANNEL_ANSWER'>>>();
  expectTypeOf(socket.events('DTMF', 'CUSTOM')).toEqualTypeOf<AsyncIterable<EslEvent<'DTMF' | 'CUSTOM'>>>();
  expectTypeOf(socket.events('OF_A_MODULE_OF_MINE')).toEqualTypeOf<AsyncIterable<EslEvent<'OF_A_MODULE_OF_MINE'>>>();
  expectTypeOf(socket.events()).toEqualTypeOf<AsyncIterable<EslEvent<AnyEventName>>>();
  expectTypeOf(socket.events({ names: ['DTMF'] })).toEqualTypeOf<AsyncIterable<EslEvent<'DTMF'>>>();
  expectTypeOf(socket.logs()).toEqualTypeOf<AsyncIterable<LogLine>>();
  expectTypeOf(socket.messages()).toEqualTypeOf<AsyncIterable<Message>>();
  expectTypeOf(socket.api('status')).resolves.toEqualTypeOf<Reply>();
  expectTypeOf(socket.bgapi('status')).resolves.toEqualTypeOf<Job>();
  expectTypeOf(socket.sendEvent('NOTIFY')).resolves.toBeString();
  expectTypeOf(socket.getVariable('x')).resolves.toEqualTypeOf<string | undefined>();
  expectTypeOf(socket.executeToEnd({ application: 'answer' })).resolves.toEqualTypeOf<
    EslEvent<'CHANNEL_EXECUTE_COMPLETE'>
  >();
  socket.on('event', (event) => expectTypeOf(event).toEqualTypeOf<EslEvent>());
  socket.on('log', (line) => expectTypeOf(line).toEqualTypeOf<LogLine>());
  socket.on('message', (message) => expectTypeOf(message).toEqualTypeOf<Message>());
  socket.on('unreadable', (error) => expectTypeOf(error).toEqualTypeOf<EslEventError>());
  // @ts-expect-error: there is no such news
  socket.on('events', () => {});
  // @ts-expect-error: there is no such format
  void socket.subscribe({ names: ['ALL'] }, 'yaml');
  // @ts-expect-error: there is no such level
  void socket.log('verbose');
};

const lastingTypes = (lasting: LastingSocket): void => {
  expectTypeOf(lasting.events('CHANNEL_ANSWER')).toEqualTypeOf<AsyncIterable<EslEvent<'CHANNEL_ANSWER'> | Gap>>();
  expectTypeOf(lasting.logs()).toEqualTypeOf<AsyncIterable<LogLine | Gap>>();
  expectTypeOf(lasting.messages()).toEqualTypeOf<AsyncIterable<Message | Gap>>();
  lasting.on('event', (event) => expectTypeOf(event).toEqualTypeOf<EslEvent>());
  expectTypeOf(lasting.socket()).resolves.toEqualTypeOf<EventSocket>();
};

const callTypes = (call: OutboundCall): void => {
  expectTypeOf(call).toExtend<EventSocket>();
  expectTypeOf(call.variable('x')).toEqualTypeOf<string | undefined>();
  expectTypeOf(call.mode).toEqualTypeOf<'async' | 'static'>();
};

describe('the types', () => {
  it('of events follow the names that were asked for, and any name may be', () => {
    expect([socketTypes, lastingTypes, callTypes]).toHaveLength(3);
    expectTypeOf<EventName>().toEqualTypeOf<(typeof EVENT_NAMES)[number]>();
    expectTypeOf<'MADE_UP'>().toExtend<AnyEventName>();
    expectTypeOf<'MADE_UP'>().not.toExtend<EventName>();
    expectTypeOf<EventFormat>().toEqualTypeOf<'plain' | 'json' | 'xml'>();
    expectTypeOf<EventSelection['names']>().toEqualTypeOf<readonly AnyEventName[] | undefined>();
  });
});

describe('the names of events', () => {
  it('are each there once', () => {
    expect(new Set(EVENT_NAMES).size).toBe(EVENT_NAMES.length);
  });

  it('are as many as FreeSWITCH 1.10.12 has, without ALL, from CUSTOM to SHUTDOWN_REQUESTED', () => {
    expect(EVENT_NAMES).toHaveLength(92);
    expect([EVENT_NAMES[0], EVENT_NAMES.at(-1)]).toEqual(['CUSTOM', 'SHUTDOWN_REQUESTED']);
    expect(EVENT_NAMES).not.toContain('ALL');
  });

  it('are those of every event that was recorded', () => {
    const recorded = recordings().flatMap((one) => {
      const { bytes, userauthAt } = stream(one);
      return replay(bytes, userauthAt)
        .filter(isEvent)
        .map((message) => decodeEvent(message).name);
    });
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded.filter((name) => !(EVENT_NAMES as readonly string[]).includes(name))).toEqual([]);
  });
});
