import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/cli/esl/console/intent.js';
import { meantBy } from '../../../src/cli/esl/console/words.js';

const ALL = { names: ['ALL'], subclasses: [] };

describe('a line of the console', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['  \t ', { kind: 'nothing' }],
    ['status', { kind: 'api', command: 'status' }],
    ['  show calls  as json ', { kind: 'api', command: 'show calls  as json' }],
    ['status;;version', { kind: 'api', command: 'status;;version' }],
    ['sendevents', { kind: 'api', command: 'sendevents' }],
    ['/help', { kind: 'help' }],
    ['/HELP me', { kind: 'help' }],
    ['/quit', { kind: 'quit' }],
    [' /exit', { kind: 'quit' }],
    ['/bye', { kind: 'quit' }],
    ['/...', { kind: 'quit' }],
    // As an API command it shuts FreeSWITCH down.
    ['...', { kind: 'quit' }],
    ['/bgapi originate user/1000  &park', { kind: 'bgapi', command: 'originate user/1000  &park' }],
    ['sendevent NOTIFY', { kind: 'begin', line: 'sendevent NOTIFY' }],
    [' SendEvent  custom ', { kind: 'begin', line: 'sendevent custom' }],
    ['sendmsg 1f9c', { kind: 'begin', line: 'sendmsg 1f9c' }],
    ['/event', { kind: 'wish', wish: { kind: 'event', format: 'plain', selection: ALL }, output: 'text' }],
    ['/event Plain all', { kind: 'wish', wish: { kind: 'event', format: 'plain', selection: ALL }, output: 'plain' }],
    [
      '/event json DTMF CUSTOM sofia::register',
      {
        kind: 'wish',
        wish: {
          kind: 'event',
          format: 'json',
          selection: { names: ['DTMF', 'CUSTOM'], subclasses: ['sofia::register'] },
        },
        output: 'json',
      },
    ],
    [
      '/nixevent heartbeat',
      { kind: 'wish', wish: { kind: 'nixevent', selection: { names: ['HEARTBEAT'], subclasses: [] } } },
    ],
    ['/noevents', { kind: 'wish', wish: { kind: 'noevents' } }],
    ['/log', { kind: 'wish', wish: { kind: 'log', level: 'debug' } }],
    ['/log 4', { kind: 'wish', wish: { kind: 'log', level: 'warning' } }],
    ['/log Error', { kind: 'wish', wish: { kind: 'log', level: 'err' } }],
    ['/nolog', { kind: 'wish', wish: { kind: 'nolog' } }],
    ['/filter Unique-ID a  b', { kind: 'wish', wish: { kind: 'filter', header: 'Unique-ID', value: 'a  b' } }],
    ['/filter add X y', { kind: 'wish', wish: { kind: 'filter', header: 'X', value: 'y' } }],
    ['/filter delete X', { kind: 'wish', wish: { kind: 'unfilter', header: 'X' } }],
    ['/filter delete X y z', { kind: 'wish', wish: { kind: 'unfilter', header: 'X', value: 'y z' } }],
    ['/filter delete all', { kind: 'wish', wish: { kind: 'unfilter' } }],
  ])('%j', (line, intent) => {
    expect(parseLine(line)).toEqual(intent);
  });

  it.each([
    ['/evnet ALL', /there is no \/evnet/, /^\/event; there are \/event /],
    ['/uuid 1', /there is no \/uuid/, /\/filter .* \/quit/],
    ['/', /there is no \//, /\/help/],
    ['... now', /there is no \.\.\. now/, /\/quit/],
    ['/bgapi', /no command/, /\/bgapi status/],
    ['/event CUSTOM', /brings no events/, /sofia::register/],
    ['/nixevent', /which events/, /\/noevents/],
    ['/log loud', /not a log level/, /warning/],
    ['/log err warning', /one level/, /\/log warning/],
    ['/filter', /what/, /Unique-ID/],
    ['/filter Unique-ID', /no value/, /VALUE/],
    ['/filter delete', /what/, /Unique-ID/],
    ['sendevent', /sendevent what/, /NAME/],
    ['sendevent NOTIFY now', /now is too much/, /lines below/],
    ['sendmsg', /sendmsg what/, /UUID/],
    ['sofia profile internal check_sync', /deletes every registration/, /USER@DOMAIN/],
    ['status;; sofia profile internal check_sync ;; version', /deletes every registration/, /USER@DOMAIN/],
    ['/bgapi sofia profile internal check_sync', /deletes every registration/, /USER@DOMAIN/],
  ])('%j is refused, and what there is instead is said', (line, message, hint) => {
    expect(() => parseLine(line)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
    );
  });
});

it.each([
  ['event plain ALL', '/event plain ALL'],
  ['exit', '/exit'],
  ['api show calls', 'show calls'],
  ['api', undefined],
  ['statsu', undefined],
])('%j, if FreeSWITCH has no such command, means %j', (command, meant) => {
  expect(meantBy(command)).toBe(meant);
});
