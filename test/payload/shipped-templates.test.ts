import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { near } from '../../src/inventory/near.js';
import { checkPayload } from '../../src/payload/check.js';
import { lint } from '../../src/payload/lint.js';
import { Partials } from '../../src/payload/partials.js';
import { headerOf, toCommand } from '../../src/payload/payload.js';
import { VENDORS } from '../../src/vendor/table.js';
import { commandOf, PHONE, payloadOf, readAll, shipped } from './support.js';

const NAMES = (await shipped.list()).map(({ name }) => name);

/** One good value for all that shipped templates read. */
const SAMPLES: Readonly<Record<string, string>> = {
  ...PHONE,
  action: 'restart',
  body: 'hello',
  call_id: 'reg-1000@phone',
  command: '/api/v1/callctrl/dial',
  contact: '"1000" <sip:1000@192.0.2.7:5060>',
  content_type: 'text/plain',
  data: '{"Dest":"2000"}',
  device: '1000',
  device_call_id: 'reg-1000@phone',
  dnd: 'on',
  event: 'check-sync',
  forward_busy: '2001',
  forward_busy_enabled: 'true',
  forward_immediate: '2000',
  forward_immediate_enabled: 'true',
  forward_no_answer: '2002',
  forward_no_answer_enabled: 'false',
  from_uri: 'sip:1@192.0.2.1',
  named_profile: 'internal',
  new: '2',
  old: '1',
  registered_aor: '1000@phones.test',
  ring_count: '4',
  subject: 'News',
  text: 'Grüße & <Wünsche>',
  title: 'Hello',
  to_uri: 'sip:1000@192.0.2.7',
  uri: 'http://192.0.2.1/?a=1&b=2',
  urgent_new: '0',
  urgent_old: '0',
  voice_message: '2/1 (0/0)',
  url: 'http://192.0.2.1/spa.xml',
  waiting: 'yes',
};

const FORWARDS = ['forward_immediate', 'forward_busy', 'forward_no_answer'];
const FEATURES = ['device', ...FORWARDS.flatMap((name) => [name, `${name}_enabled`]), 'ring_count'];

/** What a template can do without; all else it demands. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  'feature-dnd': ['device'],
  'feature-forward': FEATURES,
  'feature-init': FEATURES,
  'message-summary': ['urgent_new', 'urgent_old'],
  'message-summary-active': ['registered_aor', 'aor'],
  'message-waiting': ['named_profile', 'voice_message'],
  'mitel-text': ['title'],
  notify: ['content_type', 'body'],
  'poly-action': ['data'],
  'resync-url': ['to_uri', 'from_uri'],
  'send-info': ['content_type', 'from_uri', 'body'],
  'send-info-uri': ['content_type', 'body'],
  'send-message': ['content_type', 'subject'],
  'sms-message': ['content_type'],
  'snom-text': ['title'],
  'yealink-text': ['title'],
};

function lines(...text: string[]): string {
  return text.join('\n');
}

/** What every NOTIFY to a user has, in the order of the templates. */
function notify(eventString: string, contentType = 'application/simple-message-summary'): string {
  return lines(
    'sendevent NOTIFY',
    'profile: internal',
    `event-string: ${eventString}`,
    'user: 1000',
    'host: phones.test',
    `content-type: ${contentType}`,
  );
}

function withBody(head: string, body: string): string {
  return `${head}\ncontent-length: ${Buffer.byteLength(body)}\n\n${body}`;
}

describe('the shipped templates', () => {
  it('are there', () => {
    expect(NAMES).toEqual(
      expect.arrayContaining([
        ...['check-sync', 'check-sync-no-reboot', 'check-sync-reboot', 'resync', 'resync-url', 'report'],
        ...['reboot', 'reboot-now', 'restart-now', 'obihai-reboot', 'service-control', 'notify'],
        ...[
          'message-waiting',
          'message-summary',
          'message-summary-active',
          'send-message',
          'send-info',
          'send-info-uri',
        ],
        ...['feature-dnd', 'feature-forward', 'feature-init', 'idle-screen'],
        ...[
          'snom-text',
          'yealink-text',
          'yealink-action',
          'mitel-text',
          'mitel-execute',
          'cisco-mpp-execute',
          'poly-action',
        ],
      ]),
    );
  });

  it('are all that the vendors order', async () => {
    for (const { resync, reboot, lamp, exceptions = [] } of VENDORS) {
      for (const order of [resync, reboot, lamp, ...exceptions.flatMap((other) => [other.resync, other.reboot])]) {
        if (!order || 'none' in order) continue;
        expect(NAMES).toContain(order.template);
        const { names, render } = await shipped.load(order.template);
        const known = ['device_call_id', ...(order === lamp ? ['aor', 'waiting', 'voice_message'] : [])];
        const needed = [...Object.keys(PHONE), ...known, ...Object.keys(order.values ?? {}), ...(order.needs ?? [])];
        expect(needed).toEqual(expect.arrayContaining([...names]));
        expect(checkPayload(render({ ...SAMPLES, ...order.values }))).toEqual([]);
      }
    }
  });
});

describe.each(NAMES)('%s', (name) => {
  it('says what it is for, in one line', async () => {
    const { source } = await shipped.load(name);
    expect(source.description).toMatch(/^[A-Z]\S* .{5,}[^.]$/);
    expect(source.description).not.toContain('{{!');
  });

  it('passes its own check', async () => {
    const { text, path } = await shipped.read(name);
    const findings = lint(text, new Partials(path), { columns: ['call_id', 'contact', 'registered_aor'], near });
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('makes an order that passes the rules, and that FreeSWITCH reads as it was meant', async () => {
    const payload = (await shipped.load(name)).render(SAMPLES);
    expect(checkPayload(payload)).toEqual([]);
    const packets = readAll(encodeCommand(toCommand(payload)));
    expect(packets.map(payloadOf)).toEqual([payload]);
  });

  it('reads names that are known here, and demands those that it can not do without', async () => {
    const { names, render } = await shipped.load(name);
    const optional = [...(OPTIONAL[name] ?? []), ...names.filter((read) => read === 'device_call_id')];
    expect(names).toEqual(expect.arrayContaining([...optional]));
    for (const read of names) {
      expect(SAMPLES).toHaveProperty([read]);
      const values = Object.fromEntries(Object.entries(SAMPLES).filter(([key]) => key !== read));
      if (optional.includes(read)) expect(() => render(values)).not.toThrow();
      else expect(() => render(values)).toThrow(`there is no column or value "${read}"`);
    }
  });

  it('needs nothing that it does not tell', async () => {
    const { names, render } = await shipped.load(name);
    const values = Object.fromEntries(Object.entries(SAMPLES).filter(([key]) => names.includes(key)));
    expect(checkPayload(render(values))).toEqual([]);
  });
});

describe('the words for a resync and a reboot', () => {
  it.each([
    ['check-sync', 'check-sync'],
    ['check-sync-no-reboot', 'check-sync;reboot=false'],
    ['check-sync-reboot', 'check-sync;reboot=true'],
    ['resync', 'resync'],
    ['reboot', 'reboot'],
    ['reboot-now', 'reboot_now'],
    ['restart-now', 'restart_now'],
    ['obihai-reboot', 'Reboot'],
    ['report', 'report'],
    ['idle-screen', 'x-gs-screen'],
  ])('%s is %s', async (template, eventString) => {
    expect(await commandOf(template)).toBe(`${notify(eventString)}\n\n`);
  });

  it('resync-url names the settings, to the user', async () => {
    expect(await commandOf('resync-url', { url: 'http://192.0.2.1/$MA.xml?a=1&b=2' })).toBe(
      `${notify('resync;profile=http://192.0.2.1/$MA.xml?a=1&b=2')}\n\n`,
    );
  });

  it('resync-url names the settings, to a URI', async () => {
    const uris = { to_uri: 'sip:1000@192.0.2.7', from_uri: 'sip:1000@phones.test' };
    expect(await commandOf('resync-url', { url: 'http://192.0.2.1/x', ...uris })).toBe(
      lines(
        notify('resync;profile=http://192.0.2.1/x'),
        'to-uri: sip:1000@192.0.2.7',
        'from-uri: sip:1000@phones.test',
        '',
        '',
      ),
    );
  });

  it('resync-url with one URI alone is refused', async () => {
    const { render } = await shipped.load('resync-url');
    const values = { ...PHONE, url: 'http://192.0.2.1/x' };
    expect(checkPayload(render({ ...values, to_uri: 'sip:1@h' }))[0]).toContain('needs from-uri in the URI form');
    expect(checkPayload(render({ ...values, from_uri: 'sip:1@h' }))[0]).toContain('needs to-uri in the URI form');
  });

  it('service-control is what Cisco phones want: contact form, an open subscription, the registration', async () => {
    const values = {
      action: 'restart',
      call_id: 'aa11-bb22@192.0.2.7',
      contact: '<sip:1000@192.0.2.7:5061;transport=tcp>',
    };
    expect(await commandOf('service-control', values)).toBe(
      withBody(
        lines(
          'sendevent NOTIFY',
          'profile: internal',
          'event-string: service-control',
          'contact-uri: <sip:1000@192.0.2.7:5061;transport=tcp>',
          'to-uri: sip:1000@phones.test',
          'from-uri: sip:phones.test',
          'no-sub-state: true',
          'extra-headers: Subscription-State: active;expires=60',
          'content-type: text/plain',
        ),
        lines(
          'action=restart',
          'RegisterCallId={aa11-bb22@192.0.2.7}',
          'ConfigVersionStamp={0000000000000000}',
          'DialplanVersionStamp={0000000000000000}',
          'SoftkeyVersionStamp={0000000000000000}',
        ),
      ),
    );
  });
});

describe('a NOTIFY of any kind', () => {
  it('goes to one device of several if that is named', async () => {
    expect(await commandOf('check-sync', { device_call_id: 'reg-1000@phone' })).toContain(
      '\nuser: 1000\nhost: phones.test\ncall-id: reg-1000@phone\n',
    );
    expect(await commandOf('check-sync', { device_call_id: '' })).not.toContain('call-id');
  });

  it('has no body unless one is given', async () => {
    expect(await commandOf('notify', { event: 'talk' })).toBe(`${notify('talk')}\n\n`);
    expect(await commandOf('notify', { event: 'talk', body: '', content_type: '' })).toBe(`${notify('talk')}\n\n`);
  });

  it('takes event, content type and body as they are', async () => {
    const values = { event: 'x;a="b"', content_type: 'application/xml', body: '<a b="c">&amp;</a>\n' };
    expect(await commandOf('notify', values)).toBe(
      withBody(notify('x;a="b"', 'application/xml'), '<a b="c">&amp;</a>\n'),
    );
  });
});

describe('the message lamp', () => {
  const on = lines(
    'sendevent MESSAGE_WAITING',
    'MWI-Messages-Waiting: yes',
    'MWI-Message-Account: sip:1000@phones.test',
  );

  it('goes on with its counts', async () => {
    expect(await commandOf('message-waiting', { waiting: 'yes', voice_message: '2/1 (4/3)' })).toBe(
      `${on}\nMWI-Voice-Message: 2/1 (4/3)\n\n`,
    );
  });

  it('goes on without counts', async () => {
    expect(await commandOf('message-waiting', { waiting: 'yes' })).toBe(`${on}\n\n`);
    expect(await commandOf('message-waiting', { waiting: 'yes', voice_message: '' })).toBe(`${on}\n\n`);
  });

  it('goes off with counts of 0', async () => {
    expect(await commandOf('message-waiting', { waiting: 'no', voice_message: '0/0 (0/0)' })).toBe(
      `${on.replace('yes', 'no')}\nMWI-Voice-Message: 0/0 (0/0)\n\n`,
    );
  });

  it('names the SIP profile where one was named', async () => {
    expect(await commandOf('message-waiting', { waiting: 'no', named_profile: 'external' })).toContain(
      '\nsofia-profile: external\n',
    );
  });

  it('is yes or no', async () => {
    const { render } = await shipped.load('message-waiting');
    expect(checkPayload(render({ ...PHONE, waiting: 'on' }))[0]).toContain('MWI-Messages-Waiting is yes or no');
  });

  it('as a plain NOTIFY has lines that end in CR LF, the last one too', async () => {
    expect(await commandOf('message-summary', { waiting: 'yes', new: '2', old: '1' })).toBe(
      `${notify('message-summary')}\ncontent-length: 88\n\n` +
        'Messages-Waiting: yes\r\nMessage-Account: sip:1000@phones.test\r\nVoice-Message: 2/1 (0/0)\r\n',
    );
  });

  it('goes to a contact in state active, to the user who is registered there, for the account whose lamp it is', async () => {
    const contact = 'sip:1001@10.0.0.7:5060;fs_nat=yes;fs_path=sip%3A1001%40192.0.2.7%3A62001';
    const values = { waiting: 'yes', voice_message: '2/1 (0/0)', contact, registered_aor: '1001@phones.test' };
    expect(await commandOf('message-summary-active', values)).toBe(
      lines(
        'sendevent NOTIFY',
        'profile: internal',
        'event-string: message-summary',
        `contact-uri: ${contact}`,
        'to-uri: sip:1001@phones.test',
        'from-uri: sip:1001@phones.test',
        'no-sub-state: true',
        'extra-headers: Subscription-State: active;expires=60',
        'content-type: application/simple-message-summary',
        'content-length: 88',
        '',
        'Messages-Waiting: yes\r\nMessage-Account: sip:1000@phones.test\r\nVoice-Message: 2/1 (0/0)\r\n',
      ),
    );
  });
});

describe('a text', () => {
  it('has the length of its UTF-8', async () => {
    expect(await commandOf('send-message', { text: 'Grüße ☎ 你好 😀' })).toBe(
      lines(
        'sendevent SEND_MESSAGE',
        'profile: internal',
        'content-type: text/plain',
        'user: 1000',
        'host: phones.test',
        'content-length: 23',
        '',
        'Grüße ☎ 你好 😀',
      ),
    );
  });

  it('may have a subject, a content type, and lines', async () => {
    const values = { text: 'a\n\nb\n', subject: 'S', content_type: 'text/plain;charset=utf-8' };
    expect(await commandOf('send-message', values)).toBe(
      lines(
        'sendevent SEND_MESSAGE',
        'profile: internal',
        'content-type: text/plain;charset=utf-8',
        'subject: S',
        'user: 1000',
        'host: phones.test',
        'content-length: 5',
        '',
        'a\n\nb\n',
      ),
    );
  });

  it.each([
    ['snom-text', 'xml', 'application/snomxml', 'IPPhoneText'],
    ['yealink-text', 'Yealink-xml', 'application/xml', 'YealinkIPPhoneTextScreen'],
    ['mitel-text', 'aastra-xml', 'application/xml', 'AastraIPPhoneTextScreen'],
  ])('in XML is escaped: %s', async (template, eventString, contentType, root) => {
    const body = (title: string, text: string) =>
      lines(
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<${root}>`,
        `  <Title>${title}</Title>`,
        `  <Text>${text}</Text>`,
        `</${root}>`,
      );
    const head = notify(eventString, contentType);
    expect(await commandOf(template, { text: `&<>"' ü`, title: '</Title>' })).toBe(
      withBody(head, body('&lt;/Title&gt;', '&amp;&lt;&gt;&quot;&apos; ü')),
    );
    expect(await commandOf(template, { text: 'no title' })).toBe(withBody(head, body('', 'no title')));
  });
});

describe('a SIP INFO', () => {
  it('goes to a user, by default from itself', async () => {
    expect(await commandOf('send-info', { body: 'test' })).toBe(
      lines(
        'sendevent SEND_INFO',
        'profile: internal',
        'content-type: text/plain',
        'local-user: 1000@phones.test',
        'from-uri: sip:1000@phones.test',
        'content-length: 4',
        '',
        'test',
      ),
    );
    expect(await commandOf('send-info', { from_uri: 'sip:1@192.0.2.1', body: '' })).toMatch(
      /\nfrom-uri: sip:1@192\.0\.2\.1\n\n$/,
    );
  });

  it('goes to a URI', async () => {
    const values = { to_uri: 'sip:1@192.0.2.5', from_uri: 'sip:1@192.0.2.1', body: 'ü', content_type: 'a/b' };
    expect(await commandOf('send-info-uri', values)).toBe(
      lines(
        'sendevent SEND_INFO',
        'profile: internal',
        'content-type: a/b',
        'to-uri: sip:1@192.0.2.5',
        'from-uri: sip:1@192.0.2.1',
        'content-length: 2',
        '',
        'ü',
      ),
    );
  });
});

describe('a phone feature', () => {
  const head = (feature: string) =>
    lines(
      'sendevent PHONE_FEATURE',
      'profile: internal',
      'user: 1000',
      'host: phones.test',
      'device: 1000',
      `Feature-Event: ${feature}`,
    );

  it('is do-not-disturb', async () => {
    expect(await commandOf('feature-dnd', { dnd: 'on' })).toBe(`${head('DoNotDisturbEvent')}\ndoNotDisturbOn: on\n\n`);
    expect(await commandOf('feature-dnd', { dnd: 'off', device: 'd1' })).toBe(
      `${head('DoNotDisturbEvent').replace('device: 1000', 'device: d1')}\ndoNotDisturbOn: off\n\n`,
    );
  });

  it('is a forwarding of one kind', async () => {
    const forward = { forward_no_answer: '2000', forward_no_answer_enabled: 'true', ring_count: '4' };
    expect(await commandOf('feature-forward', forward)).toBe(
      `${head('ForwardingEvent')}\nforward_no_answer: 2000\nforward_no_answer_enabled: true\nringCount: 4\n\n`,
    );
  });

  it('is a forwarding to somewhere', async () => {
    const { render } = await shipped.load('feature-forward');
    expect(checkPayload(render({ ...PHONE, forward_busy_enabled: 'true' }))[0]).toContain('for ForwardingEvent');
  });

  it('is all of them at once', async () => {
    const values = { dnd: 'off', forward_busy: '2', forward_busy_enabled: 'true' };
    expect(await commandOf('feature-init', values)).toBe(
      `${head('init')}\nforward_busy: 2\nforward_busy_enabled: true\ndoNotDisturbOn: off\n\n`,
    );
  });

  it('holds no markup, which would break the XML of the phone', async () => {
    const { render } = await shipped.load('feature-dnd');
    expect(checkPayload(render({ ...PHONE, dnd: '<on/>' }))[0]).toContain("goes into the phone's XML");
  });
});

describe('an order to the phone itself', () => {
  it('is an Action URI on Yealink', async () => {
    expect(await commandOf('yealink-action', { action: 'number=1000&outgoing_uri=sip:1@h' })).toBe(
      withBody(notify('ACTION-URI', 'message/sipfrag'), 'number=1000&outgoing_uri=sip:1@h'),
    );
  });

  it.each([
    [
      'mitel-execute',
      'uri',
      'aastra-xml',
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<AastraIPPhoneExecute>\n {2}<ExecuteItem URI="(.*)"\/>\n<\/AastraIPPhoneExecute>$/,
    ],
    [
      'cisco-mpp-execute',
      'url',
      'XML-Service',
      /^<CiscoIPPhoneExecute>\n {2}<ExecuteItem URL="(.*)"\/>\n<\/CiscoIPPhoneExecute>$/,
    ],
  ])('is a URL to run: %s', async (template, name, eventString, body) => {
    const { render } = await shipped.load(template);
    const payload = render({ ...PHONE, [name]: 'http://h/?a="1"&b=<2>' });
    expect(headerOf(payload, 'event-string')).toBe(eventString);
    expect(headerOf(payload, 'content-type')).toBe('application/xml');
    expect(body.exec(payload.body)?.[1]).toBe('http://h/?a=&quot;1&quot;&amp;b=&lt;2&gt;');
  });

  it('is a REST call in JSON on Poly', async () => {
    const { render } = await shipped.load('poly-action');
    const payload = render({ ...PHONE, command: '/api/v1/"x"\\\n', data: '{"Dest":"1000"}' });
    expect(headerOf(payload, 'content-type')).toBe('application/JSON');
    expect(JSON.parse(payload.body)).toEqual({ 'command-URI': '/api/v1/"x"\\\n', data: { Dest: '1000' } });
    expect(await commandOf('poly-action', { command: '/api/v1/callctrl/endCall' })).toBe(
      withBody(notify('ACTION-URI', 'application/JSON'), '{"command-URI": "/api/v1/callctrl/endCall", "data": {} }'),
    );
  });
});
