import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { checkPayload } from '../../src/payload/check.js';
import { compileTemplate } from '../../src/payload/compile.js';
import type { Values } from '../../src/payload/part.js';
import { type Payload, toCommand } from '../../src/payload/payload.js';
import { eventName } from '../../src/payload/rules.js';
import { PHONE, payloadOf, readAll, shipped } from './support.js';

interface Example {
  readonly title: string;
  /** As the reference prints it, but for the indentation of one of them. */
  readonly text: string;
  /** A shipped template, or the text of a user's own. */
  readonly template: string;
  readonly values?: Values;
  /** Bytes of the body that go out, whatever the example says. */
  readonly length?: string;
}

/** Every `sendevent` of the event socket's reference. */
const EXAMPLES: readonly Example[] = [
  {
    title: 'an event by its Event-Name',
    text: `
sendevent SOME_NAME
Event-Name: CUSTOM
Event-Subclass: albs::Section-Alarm
Section: 33
Alarm-Type: PIR
State: ACTIVE
`,
    template: `sendevent SOME_NAME
{{!-- An alarm: --set section=… --set state=… --}}
Event-Name: CUSTOM
Event-Subclass: albs::Section-Alarm
Section: {{section}}
Alarm-Type: {{default type "PIR"}}
State: {{state}}
`,
    values: { section: '33', state: 'ACTIVE' },
  },
  {
    title: 'no message',
    text: `
sendevent  message_waiting
MWI-Messages-Waiting: no
MWI-Message-Account: sip:user1@192.168.1.14
`,
    template: 'message-waiting',
    values: { user: 'user1', host: '192.168.1.14', waiting: 'no' },
  },
  {
    title: 'some message',
    text: `
sendevent  message_waiting
MWI-Messages-Waiting: yes
MWI-Message-Account: sip:user1@192.168.1.14
MWI-Voice-Message: 0/1 (0/0)
`,
    template: 'message-waiting',
    values: { user: 'user1', host: '192.168.1.14', waiting: 'yes', voice_message: '0/1 (0/0)' },
  },
  {
    title: 'settings read again',
    text: `
sendevent NOTIFY
profile: internal
event-string: check-sync;reboot=false
user: 1000
host: 192.168.10.4
content-type: application/simple-message-summary
`,
    template: 'check-sync-no-reboot',
    values: { host: '192.168.10.4' },
  },
  ...['192.168.10.4', '99.157.44.194'].map((host) => ({
    title: `a body, to ${host}`,
    text: `
sendevent NOTIFY
profile: internal
content-type: application/simple-message-summary
event-string: check-sync
user: 1005
host: ${host}
content-length: 2

OK
`,
    template: 'notify',
    values: { user: '1005', host, event: 'check-sync', body: 'OK' },
    length: '2',
  })),
  {
    title: 'a profile URL for Sipura, Linksys and Cisco',
    text: `
sendevent NOTIFY
profile: internal
event-string: resync;profile=http://10.20.30.40/profile.xml
user: 1000
host: 10.20.30.40
content-type: application/simple-message-summary
to-uri: sip:1000@10.20.30.40
from-uri: sip:1000@10.20.30.40
`,
    template: 'resync-url',
    values: {
      host: '10.20.30.40',
      url: 'http://10.20.30.40/profile.xml',
      to_uri: 'sip:1000@10.20.30.40',
      from_uri: 'sip:1000@10.20.30.40',
    },
  },
  {
    title: 'a CSTA event',
    text: `
sendevent SWITCH_EVENT_PHONE_FEATURE
profile: internal
user: ex1004
host: 3.local
device: ex1004
Feature-Event: DoNotDisturbEvent
doNotDisturbOn: on
`,
    template: 'feature-dnd',
    values: { user: 'ex1004', host: '3.local', dnd: 'on' },
  },
  {
    title: 'a MESSAGE',
    text: `
sendevent SEND_MESSAGE
profile: internal
content-length: 2
content-type: text/plain
user: 1005
host: 99.157.44.194

OK
`,
    template: 'send-message',
    values: { user: '1005', host: '99.157.44.194', text: 'OK' },
    length: '2',
  },
  {
    title: 'an event without headers',
    text: `
sendevent CHANNEL_HANGUP
`,
    template: 'sendevent CHANNEL_HANGUP\n',
  },
  {
    // The reference says 15, which would swallow the next command.
    title: 'an INFO, with the length that is right',
    text: `
sendevent SEND_INFO
profile: external
content-type: text/plain
to-uri: sip:1@2.3.4.5
from-uri: sip:1@1.2.3.4
content-length: 15


test
`,
    template: 'send-info-uri',
    values: { profile: 'external', to_uri: 'sip:1@2.3.4.5', from_uri: 'sip:1@1.2.3.4', body: 'test' },
    length: '4',
  },
];

interface Comparable {
  readonly event: string;
  /** `name: value`, the names in lower case, sorted. */
  readonly headers: readonly string[];
  readonly body: string;
}

function comparable({ event, headers, body }: Payload): Comparable {
  return {
    event: eventName(event),
    headers: headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort(),
    body,
  };
}

/** What an example means to send. */
function meant(text: string): Comparable {
  const [head = '', ...rest] = text.trim().split(/\n\s*\n/);
  const [first = '', ...lines] = head.split('\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return comparable({
    event: first.replace('sendevent', '').trim(),
    headers: headers.filter(([name]) => name !== 'content-length'),
    body: rest.join('\n\n').trim(),
  });
}

describe('the examples of the reference', () => {
  it('are all here', () => {
    expect(EXAMPLES).toHaveLength(11);
    expect(EXAMPLES.map(({ text }) => meant(text).headers.length)).toEqual([5, 2, 3, 5, 5, 5, 7, 6, 4, 0, 4]);
  });

  it.each(EXAMPLES)('come out of a template: $title', async ({ text, template, values = {}, length }) => {
    const own = template.startsWith('sendevent');
    const { render } = own ? compileTemplate('own', template) : await shipped.load(template);
    const payload = render({ ...PHONE, ...values });
    expect(comparable(payload)).toEqual(meant(text));
    expect(checkPayload(payload)).toEqual([]);

    const [packet, ...others] = readAll(encodeCommand(toCommand(payload)));
    expect(others).toEqual([]);
    expect(packet && payloadOf(packet)).toEqual(payload);
    expect(packet?.headers.get('content-length')).toBe(length);
  });
});
