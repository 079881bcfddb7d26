import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../src/esl/event-names.js';
import { checkPayload } from '../../src/payload/check.js';
import { EVENT_RULES, eventName, FORBIDDEN_HEADERS, MAX_REQUEST_BYTES, ruleFor } from '../../src/payload/rules.js';
import { payload, recordedPayloads } from './support.js';

interface Good {
  readonly event: string;
  /** As problems name it. */
  readonly form: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What a problem has to name when a header is missing that also chooses the form. */
  readonly otherForm?: Readonly<Record<string, readonly string[]>>;
  /** Headers without which it is still good. */
  readonly optional?: readonly string[];
}

const USER = { profile: 'internal', user: '1000', host: 'phones.test' };
const URIS = { 'to-uri': 'sip:1000@192.0.2.1', 'from-uri': 'sip:1000@phones.test' };
const CALL = '8b4b1c2e-0000-4000-8000-000000000000';

const GOOD: readonly Good[] = [
  {
    event: 'NOTIFY',
    form: 'user form',
    headers: { ...USER, 'content-type': 'text/plain', 'event-string': 'check-sync', 'call-id': 'reg-1@lab' },
    optional: ['call-id'],
  },
  {
    event: 'NOTIFY',
    form: 'user form',
    headers: { ...USER, 'content-type': 'application/simple-message-summary', 'event-string': 'message-summary' },
  },
  {
    event: 'NOTIFY',
    form: 'URI form',
    headers: { profile: 'internal', ...URIS, 'event-string': 'resync', 'content-type': 'text/plain' },
    optional: ['event-string', 'content-type'],
  },
  {
    event: 'NOTIFY',
    form: 'contact form',
    headers: {
      profile: 'internal',
      'contact-uri': 'sip:1000@192.0.2.1:5062',
      ...URIS,
      'no-sub-state': 'true',
      'extra-headers': 'Subscription-State: active;expires=60',
    },
    // Without it, it is the URI form.
    optional: ['contact-uri', 'no-sub-state', 'extra-headers'],
  },
  {
    event: 'NOTIFY',
    form: 'in-call form',
    headers: { uuid: CALL, 'content-type': 'text/plain', 'event-string': 'talk' },
    otherForm: { uuid: ['profile', 'user', 'host', 'user form'] },
  },
  {
    event: 'MESSAGE_WAITING',
    form: 'account form',
    headers: {
      'sofia-profile': 'internal',
      'MWI-Messages-Waiting': 'yes',
      'MWI-Message-Account': 'sip:1000@phones.test',
      'MWI-Voice-Message': '2/1 (0/0)',
    },
    optional: ['sofia-profile', 'MWI-Voice-Message'],
  },
  {
    event: 'SEND_MESSAGE',
    form: 'user form',
    headers: { ...USER, 'content-type': 'text/plain', subject: 'hi' },
    optional: ['subject'],
  },
  {
    event: 'SEND_MESSAGE',
    form: 'in-call form',
    headers: { uuid: CALL, 'content-type': 'text/plain' },
    otherForm: { uuid: ['profile', 'user', 'host', 'user form'] },
  },
  {
    event: 'SEND_INFO',
    form: 'URI form',
    headers: { profile: 'external', ...URIS, 'content-type': 'text/plain', 'call-info': '<x>', 'alert-info': 'y' },
    optional: ['content-type', 'call-info', 'alert-info'],
    otherForm: { 'to-uri': ['to-uri or local-user'] },
  },
  {
    event: 'SEND_INFO',
    form: 'URI form',
    headers: { profile: 'internal', 'local-user': '1000@phones.test', 'from-uri': 'sip:1@192.0.2.1' },
    otherForm: { 'local-user': ['to-uri or local-user'] },
  },
  {
    event: 'SEND_INFO',
    form: 'dialog form',
    headers: { profile: 'internal', 'call-id': 'dialog-1@lab' },
    otherForm: { 'call-id': ['from-uri', 'to-uri or local-user', 'URI form'] },
  },
  {
    event: 'PHONE_FEATURE',
    form: 'user form',
    headers: { ...USER, device: '1000', 'Feature-Event': 'DoNotDisturbEvent', doNotDisturbOn: 'on' },
    optional: ['device'],
    otherForm: { doNotDisturbOn: ['doNotDisturbOn', 'for DoNotDisturbEvent'] },
  },
  ...['forward_immediate', 'forward_busy', 'forward_no_answer'].map((forward) => ({
    event: 'PHONE_FEATURE',
    form: 'user form',
    headers: { ...USER, 'Feature-Event': 'ForwardingEvent', [forward]: '2000', [`${forward}_enabled`]: 'true' },
    optional: [`${forward}_enabled`],
    otherForm: { [forward]: ['forward_immediate or forward_busy or forward_no_answer', 'for ForwardingEvent'] },
  })),
  {
    event: 'PHONE_FEATURE',
    form: 'user form',
    headers: { ...USER, 'Feature-Event': 'init', doNotDisturbOn: 'off', forward_busy: '2', ringCount: '4' },
    optional: ['forward_busy', 'ringCount'],
    otherForm: { doNotDisturbOn: ['doNotDisturbOn', 'for init'] },
  },
];

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

describe.each(GOOD)('$event in the $form: $headers', ({ event, form, headers, otherForm = {}, optional = [] }) => {
  it('is accepted, with names in any case and order', () => {
    expect(checkPayload(payload(event, headers))).toEqual([]);
    const upper = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value] as const);
    expect(checkPayload({ event: event.toLowerCase(), headers: upper.reverse(), body: 'x' })).toEqual([]);
  });

  it.each(Object.keys(headers))('is refused without %s, which the problem names, unless it is optional', (name) => {
    const problems = checkPayload(payload(event, without(headers, name)));
    if (optional.includes(name)) {
      expect(problems).toEqual([]);
      return;
    }
    const text = problems.join('; ');
    expect(text).toContain(`${event} needs `);
    expect(text).toContain('answers +OK');
    for (const part of otherForm[name] ?? [name, `in the ${form}`]) expect(text).toContain(part);
  });
});

describe('the rules', () => {
  it('cover the events that reach phones', () => {
    expect(EVENT_RULES.map(({ event }) => event).sort()).toEqual(
      ['MESSAGE_WAITING', 'NOTIFY', 'PHONE_FEATURE', 'SEND_INFO', 'SEND_MESSAGE'].sort(),
    );
  });

  it('name all that is missing at once', () => {
    expect(checkPayload(payload('NOTIFY', { profile: 'internal' }))).toEqual([
      'NOTIFY needs content-type and event-string and user and host in the user form; ' +
        'without it FreeSWITCH answers +OK and the phone is told nothing',
    ]);
  });

  it('know that one URI alone sends nothing, whatever else is there', () => {
    const full = { ...USER, 'content-type': 'text/plain', 'event-string': 'check-sync' };
    for (const name of ['to-uri', 'from-uri']) {
      const [problem, ...others] = checkPayload(payload('NOTIFY', { ...full, [name]: 'sip:1000@192.0.2.1' }));
      expect(others).toEqual([]);
      expect(problem).toContain(`needs ${name === 'to-uri' ? 'from-uri' : 'to-uri'} in the URI form`);
    }
    expect(checkPayload(payload('NOTIFY', { ...full, 'contact-uri': 'sip:1@192.0.2.1' }))[0]).toContain(
      'needs to-uri and from-uri in the contact form',
    );
  });

  it('know that a SEND_MESSAGE with a user goes to the user, a call or not', () => {
    const headers = { uuid: CALL, 'content-type': 'text/plain', user: '1000', host: 'phones.test' };
    expect(checkPayload(payload('SEND_MESSAGE', headers))[0]).toContain('needs profile in the user form');
    expect(checkPayload(payload('SEND_MESSAGE', { ...headers, profile: 'internal' }))).toEqual([]);
  });
});

describe('a value', () => {
  const account = (value: string) =>
    checkPayload(payload('MESSAGE_WAITING', { 'MWI-Messages-Waiting': 'yes', 'MWI-Message-Account': value }));

  it.each(['1000@phones.test', 'sip:1000@phones.test', 'SIP:1000@192.0.2.1:5060', 'sips:1@h'])(
    '%s is a mailbox',
    (value) => {
      expect(account(value)).toEqual([]);
    },
  );

  it.each(['1003', 'sip:1003', '@phones.test', 'sip:@phones.test', 'SIPS:@h', '1003@', '1003@:5060', 'a@b@c'])(
    '%s is no mailbox',
    (value) => {
      expect(account(value)).toEqual([`header MWI-Message-Account is user@host, not ${JSON.stringify(value)}`]);
    },
  );

  it.each(['Yes', 'on', 'true', '1', 'yes no'])('%s is no word for a lamp', (value) => {
    const headers = { 'MWI-Messages-Waiting': value, 'MWI-Message-Account': '1@h' };
    expect(checkPayload(payload('MESSAGE_WAITING', headers))).toEqual([
      `header MWI-Messages-Waiting is yes or no, not "${value}"`,
    ]);
  });

  it.each(['1000', 'sip:1000@phones.test', '@phones.test', '1000@'])('%s is no local-user', (value) => {
    const headers = { profile: 'internal', 'from-uri': 'sip:1@h', 'local-user': value };
    expect(checkPayload(payload('SEND_INFO', headers))[0]).toContain('header local-user is user@host');
  });

  it.each(['init ', 'INIT', 'donotdisturbevent', 'CallRecordingEvent', '<x>'])(
    '%s is no feature that FreeSWITCH can write',
    (value) => {
      const headers = { ...USER, 'Feature-Event': value, doNotDisturbOn: 'on' };
      expect(checkPayload(payload('PHONE_FEATURE', headers))[0]).toContain('header Feature-Event is DoNotDisturbEvent');
    },
  );

  it.each([
    'device',
    'doNotDisturbOn',
    'forward_immediate',
    'forward_immediate_enabled',
    'forward_busy',
    'forward_busy_enabled',
    'forward_no_answer',
    'forward_no_answer_enabled',
    'ringCount',
  ])('of %s goes into XML unescaped, and so holds no markup', (name) => {
    const headers = { ...USER, 'Feature-Event': 'init', doNotDisturbOn: 'on' };
    for (const value of ['</device>', 'a&b', '"', "'", '>']) {
      const problems = checkPayload(payload('PHONE_FEATURE', { ...headers, [name]: value }));
      expect(problems.join()).toContain(`header ${name} goes into the phone's XML`);
    }
  });

  it('is cut and made harmless in a problem', () => {
    const [problem = ''] = account(`\u001b[2J\n${'x'.repeat(100_000)}`);
    expect(problem.length).toBeLessThan(200);
    expect(problem).toContain('\\u001b[2J\\n');
    expect(problem).not.toContain('\n');
  });
});

describe('headers that never go out', () => {
  it.each([...FORBIDDEN_HEADERS])('%s: %s', (name, reason) => {
    for (const event of ['NOTIFY', 'CUSTOM', 'NO_SUCH_EVENT']) {
      for (const spelling of [name, name.toUpperCase()]) {
        const problems = checkPayload(payload(event, { [spelling]: 'x' }));
        expect(problems).toContain(`header ${spelling} is not allowed: ${reason}`);
      }
    }
  });

  it('are unique-id, event-uuid and command', () => {
    expect([...FORBIDDEN_HEADERS.keys()].sort()).toEqual(['command', 'event-uuid', 'unique-id']);
  });
});

describe('the size of a request', () => {
  const headers = { ...USER, 'content-type': 'text/plain', 'event-string': 'x' };
  const ofHeaders = Object.values(headers).join('').length;

  it.each([
    ['one byte under', MAX_REQUEST_BYTES - 1, 0],
    ['at', MAX_REQUEST_BYTES, 0],
    ['one byte over', MAX_REQUEST_BYTES + 1, 1],
  ])('%s the limit', (_, bytes, problems) => {
    expect(checkPayload(payload('NOTIFY', headers, 'x'.repeat(bytes - ofHeaders)))).toHaveLength(problems);
    const subject = 'x'.repeat(bytes - ofHeaders);
    expect(checkPayload(payload('NOTIFY', { ...headers, subject }))).toHaveLength(problems);
  });

  it('leaves room in a datagram for what FreeSWITCH adds', () => {
    expect(MAX_REQUEST_BYTES + 1_500).toBeLessThan(65_507);
  });

  it('is counted in bytes', () => {
    const room = MAX_REQUEST_BYTES - ofHeaders;
    expect(checkPayload(payload('NOTIFY', headers, '☎'.repeat(Math.floor(room / 3))))).toEqual([]);
    const body = '☎'.repeat(Math.floor(room / 3) + 1);
    expect(checkPayload(payload('NOTIFY', headers, body))).toEqual([
      `it has ${ofHeaders + Buffer.byteLength(body)} bytes; above ${MAX_REQUEST_BYTES} ` +
        `FreeSWITCH can't send it in one datagram`,
    ]);
  });

  it('is no matter for events that reach no phone', () => {
    expect(checkPayload(payload('CUSTOM', { 'Event-Subclass': 'x::y' }, 'x'.repeat(100_000)))).toEqual([]);
  });
});

describe('the name of an event', () => {
  it.each(['notify', 'NOTIFY', 'Notify', 'SWITCH_EVENT_NOTIFY', 'switch_event_notify'])('%s is NOTIFY', (name) => {
    expect(eventName(name)).toBe('NOTIFY');
    expect(ruleFor(name)?.event).toBe('NOTIFY');
    expect(checkPayload(payload(name, {}))[0]).toMatch(/^NOTIFY needs /);
  });

  it.each([
    'NO_SUCH_EVENT',
    'SWITCH_EVENT_',
    'SWITCH_EVENT_SWITCH_EVENT_NOTIFY',
    'NOTIF',
    'XNOTIFY',
    'ALL',
    '',
    'constructor',
    '__proto__',
  ])('%j is none that FreeSWITCH knows', (name) => {
    expect(checkPayload(payload(name, USER))).toEqual([
      `FreeSWITCH knows no event ${name}; it would answer +OK and do nothing`,
    ]);
  });

  it('may be one of any module, or any with an Event-Name', () => {
    for (const name of EVENT_NAMES) if (!ruleFor(name)) expect(checkPayload(payload(name, {}))).toEqual([]);
    expect(checkPayload(payload('switch_event_custom', {}))).toEqual([]);
    expect(checkPayload(payload('SOME_NAME', { 'EVENT-name': 'CUSTOM' }))).toEqual([]);
  });
});

describe('what a real FreeSWITCH', () => {
  it.each(recordedPayloads('09-sendevent'))('carried out is accepted: $text', ({ payload: recorded }) => {
    expect(checkPayload(recorded)).toEqual([]);
  });

  it.each([...recordedPayloads('10-notify-contact-form'), ...recordedPayloads('10-notify-one-device-of-two')])(
    'carried out is accepted: $text',
    ({ payload: recorded }) => {
      expect(checkPayload(recorded)).toEqual([]);
    },
  );

  // Good in themselves; that the phone and the profile are not there is for a look at the server to find out.
  const UNKNOWN_THERE = /^(?:user: 9999|profile: nope)$/m;
  const ignored = recordedPayloads('11-sendevent-silently-ignored');

  it('ignored was recorded often enough', () => {
    expect(ignored).toHaveLength(14);
    expect(ignored.filter(({ text }) => UNKNOWN_THERE.test(text))).toHaveLength(3);
  });

  it.each(ignored.filter(({ text }) => !UNKNOWN_THERE.test(text)))(
    'ignored is refused: $text',
    ({ payload: recorded }) => {
      expect(checkPayload(recorded)).toHaveLength(1);
    },
  );

  it.each(ignored.filter(({ text }) => UNKNOWN_THERE.test(text)))(
    'ignored for what it has there: $text',
    ({ payload: recorded }) => {
      expect(checkPayload(recorded)).toEqual([]);
    },
  );
});
