import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { headerOf, titleOf, toCommand } from '../../src/payload/payload.js';
import { payload } from './support.js';

describe('a payload', () => {
  it('finds its headers in any case', () => {
    const event = payload('NOTIFY', { 'Event-String': 'check-sync' });
    expect(headerOf(event, 'event-string')).toBe('check-sync');
    expect(headerOf(event, 'EVENT-STRING')).toBe('check-sync');
    expect(headerOf(event, 'user')).toBeUndefined();
    expect(headerOf(event, 'constructor')).toBeUndefined();
  });

  it.each([
    [payload('NOTIFY', { 'EVENT-string': 'check-sync;reboot=false' }), 'NOTIFY check-sync;reboot=false'],
    [payload('PHONE_FEATURE', { 'Feature-Event': 'init' }), 'PHONE_FEATURE init'],
    [payload('message_waiting', { 'MWI-Messages-Waiting': 'no' }), 'message_waiting'],
  ])('has a title', (event, title) => {
    expect(titleOf(event)).toBe(title);
  });

  it('becomes one command, with the length of its body in bytes', () => {
    expect(encodeCommand(toCommand(payload('NOTIFY', { user: '1', 'x-y': 'ü' }, 'ü☎'))).toString()).toBe(
      'sendevent NOTIFY\nuser: 1\nx-y: ü\ncontent-length: 5\n\nü☎',
    );
    expect(encodeCommand(toCommand(payload('CHANNEL_HANGUP', {}))).toString()).toBe('sendevent CHANNEL_HANGUP\n\n');
  });

  it.each([
    [
      'a header twice',
      [
        ['user', '1'],
        ['USER', '2'],
      ],
      'it is there twice',
    ],
    ['a length', [['Content-Length', '3']], 'it is computed from the body'],
    ['a body in a header', [['_BODY', 'x']], 'it is computed from the body'],
    ['an array slot', [['a[1]', 'x']], 'its name is not a header name'],
    ['an array', [['a', 'ARRAY::x|:y']], 'it begins with ARRAY::'],
    ['an empty value', [['a', '']], 'an empty header deletes an earlier one'],
    ['a leading blank', [['a', ' x']], 'it begins with a blank'],
    ['a line feed', [['a', 'x\ny: z']], 'it holds a line feed'],
    ['a carriage return', [['a', 'x\ry']], 'it holds a carriage return'],
    ['a NUL', [['a', 'x\0']], 'it holds a NUL'],
    ['half of a pair', [['a', '\ud83d']], 'it holds half of a surrogate pair'],
    [
      'a reload in two headers',
      [
        ['a', 'mod_EVENT_socket'],
        ['b', 'ReLoad'],
      ],
      'an order to reload mod_event_socket',
    ],
  ] as const)('with %s never gets onto the wire', (_, headers, fault) => {
    expect(() => encodeCommand(toCommand({ event: 'NOTIFY', headers, body: '' }))).toThrow(fault);
  });

  it.each([
    ['a NUL', 'a\0b', 'it holds a NUL'],
    ['half of a pair', 'a\udc00', 'it holds half of a surrogate pair'],
  ])('with %s in its body never does either', (_, body, fault) => {
    expect(() => encodeCommand(toCommand(payload('NOTIFY', { user: '1' }, body)))).toThrow(fault);
  });
});
