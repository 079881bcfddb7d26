import { afterEach, describe, expect, it } from 'vitest';
import type { PhoneOptions, Sandbox, SandboxOptions, SubscriptionOptions } from '../../src/sandbox/index.js';
import {
  maskCall,
  maskReplies,
  maskRequest,
  RawClient,
  RECORDED_USERS,
  type Recording,
  readRecording,
  recordedPhones,
  sleep,
  startLab,
} from './lab.js';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

/** Replays the client's side, and compares every answer to the byte, ids and times aside. */
async function replay(
  recording: Recording,
  options: SandboxOptions = {},
  before: (send: string | undefined) => void = () => undefined,
): Promise<string[]> {
  const lab = await startLab(options);
  sandbox = lab;
  const client = new RawClient(lab.port);
  for (const { send, receive, closed } of recording.steps) {
    before(send);
    if (send !== undefined) client.socket.write(bytesOf(send));
    const expected = maskReplies(receive);
    if (expected === '') await sleep(10);
    const answer = await client.take((text) => maskReplies(text) === expected);
    expect(maskReplies(answer), `answer to ${JSON.stringify(send)}`).toBe(expected);
    if (closed) expect(await client.untilClosed(), 'closed').toBe(true);
  }
  client.socket.destroy();
  return lab.requests.map(({ request }) => maskRequest(request));
}

// The recorder wrote a byte that is no UTF-8 as \xe9.
function bytesOf(text: string): Buffer {
  const parts = text.split(/\\x([0-9a-f]{2})/);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 ? 'hex' : 'utf8')));
}

function recordedRequests(recording: Recording): string[] {
  return (recording.sip_requests_received_by_phones ?? []).map(maskRequest);
}

/** The subscriptions that the requests of a recording show. */
function withSubscriptions(recording: Recording, phones: readonly PhoneOptions[]): PhoneOptions[] {
  const found = new Map<string, { user: string; options: SubscriptionOptions }>();
  for (const request of recording.sip_requests_received_by_phones ?? []) {
    const callId = /^Call-ID: (sub-(.*)-(\d{4})-\w+@lab)\r$/m.exec(request);
    const tag = /^To: .*;tag=(\w+)\r$/m.exec(request)?.[1];
    if (!callId?.[1] || !callId[2] || !callId[3] || tag === undefined) continue;
    const event = callId[2] as SubscriptionOptions['event'];
    found.set(callId[1], { user: callId[3], options: { event, callId: callId[1], phoneTag: tag } });
  }
  const all = [...found.values()];
  return phones.map((phone) => ({
    ...phone,
    subscriptions: all.filter(({ user }) => user === phone.user).map(({ options }) => options),
  }));
}

const TWO_DEVICES: PhoneOptions[] = [
  { user: '1000', userAgent: 'snomD785/10.1.54.13', networkPort: 7000, callId: 'reg-1000-669cd0fb75@lab' },
  { user: '1000', userAgent: 'Cisco/SPA504G-7.6.2f "&<é', networkPort: 7100, callId: 'reg-1000-a08fbe409c@lab' },
];

describe('the session', () => {
  for (const name of [
    '01-auth-ok-exit',
    '02-auth-wrong',
    '03-command-before-auth',
    '04-userauth-wrong',
    '06-bgapi-plain',
    '06-bgapi-json',
    '06-bgapi-xml',
    '08-subscriptions',
    '13-session-commands-without-a-session',
    '14-log',
    '24-odd-headers',
  ]) {
    it(`answers ${name} to the byte`, async () => {
      const requests = await replay(readRecording(name));
      expect(requests).toEqual([]);
    });
  }

  it('answers 02-acl-rejected to the byte', async () => {
    await replay(readRecording('02-acl-rejected'), { aclDeny: true });
  });

  it('answers 04-userauth to the byte, and sends what it allowed', async () => {
    const recording = readRecording('04-userauth');
    expect(await replay(recording)).toEqual(recordedRequests(recording));
  });

  it('cuts the reply to userauth where FreeSWITCH does', async () => {
    const apis = Array.from({ length: 60 }, (_, index) => `some_api_command_${String(index).padStart(2, '0')}`);
    const params = { 'esl-password': 'secret', 'esl-allowed-api': `${apis.join(' ')} status` };
    await replay(readRecording('04-userauth-reply-cut'), { users: [...RECORDED_USERS, { id: 'ops2', params }] });
  });
});

describe('the API', () => {
  it('answers 05-api to the byte', async () => {
    await replay(readRecording('05-api'));
  });

  it('answers 22-voicemail-boxcount to the byte', async () => {
    await replay(readRecording('22-voicemail-boxcount'));
  });

  it('answers 23-profile-status to the byte', async () => {
    await replay(readRecording('23-profile-status'), { phones: recordedPhones(4) });
  });

  it('forgets every registration at check_sync without an argument, as in 20', async () => {
    const recording = readRecording('20-check-sync-without-argument');
    // FreeSWITCH finds the contacts of a user by an index, and deletes in the order of the rows; here all is in that order.
    const order = (text: string) => text.replace(/(sofia\/\S+:7000),(sofia\/\S+:7100)/, '$2,$1');
    const steps = recording.steps.map((step) => ({ ...step, receive: order(step.receive) }));
    await replay({ ...recording, steps }, { phones: expiredPhones(recording) });
    expect(sandbox?.registrations()).toEqual([]);
  });

  it('shows a call and its end, as in 21', async () => {
    const { steps, ...recording } = readRecording('21-call-in-progress');
    const phones = [{ user: '1000', networkPort: 7300 }];
    const hangup = steps.findIndex(({ send }) => send?.startsWith('api uuid_kill'));
    await replay({ ...recording, steps: steps.slice(0, hangup) }, { phones }, (send) => {
      if (send?.startsWith('api eval waited')) sandbox?.startCall('1000@phones.test');
    });
    const [call] = sandbox?.calls() ?? [];
    const client = new RawClient(sandbox?.port ?? 0);
    await client.logIn();
    await client.ask('event plain CHANNEL_HANGUP_COMPLETE\n\n');
    const answer = await client.ask(`api uuid_kill ${call?.uuid}\n\n`, '\n\n');
    const told = maskCall(maskReplies(answer)).split('\n');
    const recorded = maskCall(maskReplies(steps[hangup]?.receive ?? '')).split('\n');
    const varying = /^(?:variable_sip_call_id|Caller-Channel-Progress-Time): /;
    expect(told.filter((line) => !recorded.includes(line) && !varying.test(line))).toEqual([]);
    expect(told.filter((line) => /^(?:Unique-ID|Channel-Presence-ID|variable_sip_call_id): ./.test(line))).toHaveLength(
      3,
    );
    expect(await client.ask('api show channels as json\n\n', '}\n')).toContain('{"row_count": 0}');
  });
});

/** The phones whose registrations a recording shows to expire, in that order. */
function expiredPhones(recording: Recording): PhoneOptions[] {
  const text = recording.steps.map(({ receive }) => receive).join('');
  return text
    .split('Event-Subclass: sofia%3A%3Aexpire\n')
    .slice(1)
    .map((event) => {
      const value = (name: string) => decodeURIComponent(new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1] ?? '');
      return { user: value('user'), networkPort: Number(value('network-port')), userAgent: value('user-agent') };
    });
}

describe('what the phones get', () => {
  it('every event type, as in 09', async () => {
    const recording = readRecording('09-sendevent');
    const requests = await replay(recording, { phones: withSubscriptions(recording, recordedPhones()) });
    expect(requests).toEqual(recordedRequests(recording));
  });

  it('the contact form, as in 10', async () => {
    const recording = readRecording('10-notify-contact-form');
    expect(await replay(recording)).toEqual(recordedRequests(recording));
  });

  it('one device of two, as in 10', async () => {
    const recording = readRecording('10-notify-one-device-of-two');
    expect(await replay(recording, { phones: TWO_DEVICES })).toEqual(recordedRequests(recording));
  });

  it('nothing of what is incomplete, as in 11', async () => {
    const recording = readRecording('11-sendevent-silently-ignored');
    const requests = await replay(recording, { phones: withSubscriptions(recording, recordedPhones()) });
    expect(requests).toEqual(recordedRequests(recording));
  });

  it('a body of the wrong length, as in 12', async () => {
    const recording = readRecording('12-content-length-wrong');
    expect(await replay(recording)).toEqual(recordedRequests(recording));
  });

  it.each(['plain', 'json', 'xml'])('a restart, and comes back, as in 17 (%s)', async (format) => {
    const recording = readRecording(`17-register-event-${format}`);
    expect(await replay(recording, { phones: yealinks(), reregisterAfterMs: 20 })).toEqual(recordedRequests(recording));
  });

  it('nothing after a stray carriage return, as in 12', async () => {
    expect(await replay(readRecording('12-stray-carriage-return'))).toEqual([]);
  });

  it('what the trace of 16 shows: 200 and a restart, 489, no answer', async () => {
    const recording = readRecording('16-siptrace');
    const steps = recording.steps.map((step) => ({ ...step, receive: withoutRepeats(step.receive) }));
    const requests = await replay({ ...recording, steps }, { phones: answering(yealinks()), reregisterAfterMs: 20 });
    expect(requests).toEqual([...new Set(recordedRequests(recording))]);
    const { requests: records } = sandbox as Awaited<ReturnType<typeof startLab>>;
    expect(records.map(({ answer }) => answer)).toEqual([200, 489, null]);
  });

  it('texts, with a report on each, as in 18', async () => {
    const recording = readRecording('18-sms-blocking');
    // In that recording the domain was not FreeSWITCH's own.
    const profiles = [{ name: 'internal' }];
    const phones = answering(recordedPhones());
    const requests = await replay(recording, { phones, profiles, textTimeoutMs: 150 });
    const masked = (request: string) => request.replace(/^(X-FS-Sending-Message: ).*$/m, '$1<uuid>\r');
    expect(requests.map(masked)).toEqual([...new Set(recordedRequests(recording).map(masked))]);
  });
});

/** The phones of the recordings that showed what they answer: 1005 with 489, 1006 nothing. */
function answering(phones: readonly PhoneOptions[]): PhoneOptions[] {
  return phones.map((phone) => {
    return {
      ...phone,
      ...(phone.user === '1005' && { answer: 489 }),
      ...(phone.user === '1006' && { answer: null }),
    };
  });
}

function yealinks(): PhoneOptions[] {
  return recordedPhones().map((phone) => ({ ...phone, userAgent: 'Yealink SIP-T46S 66.85.0.5' }));
}

/** Without the retransmissions, which take half a minute. */
function withoutRepeats(text: string): string {
  const messages = text.split(/(?=^Content-Type: log\/data\n)/m);
  return messages.filter((message, index) => maskReplies(message) !== maskReplies(messages[index - 1] ?? '')).join('');
}
