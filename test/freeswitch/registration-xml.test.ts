import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerFault, OtherAnswer } from '../../src/freeswitch/errors.js';
import type { Registration } from '../../src/freeswitch/registration.js';
import { RegistrationReader } from '../../src/freeswitch/registration-xml.js';
import { recorded } from './asked.js';
import { listXml, type Row, registrationXml, row } from './xml-writer.js';

interface Read {
  readonly registrations: readonly Registration[];
  readonly unreadable: readonly string[];
}

function read(bytes: Buffer | string, cuts: Iterable<number> = []): Read {
  const all = typeof bytes === 'string' ? listXml(bytes) : bytes;
  const unreadable: string[] = [];
  const reader = new RegistrationReader('internal', (problem) => unreadable.push(problem));
  const registrations: Registration[] = [];
  let from = 0;
  for (const cut of [...cuts, all.length]) {
    registrations.push(...reader.push(all.subarray(from, cut)));
    from = cut;
  }
  reader.end();
  return { registrations, unreadable };
}

function readOne(changes: Partial<Row>): Registration {
  const { registrations, unreadable } = read(registrationXml(row(changes)));
  expect(unreadable).toEqual([]);
  expect(registrations).toHaveLength(1);
  return registrations[0] ?? expect.fail();
}

describe('the registrations of a recording', () => {
  const bytes = recorded('05-api', 'sofia xmlstatus profile internal reg');

  it('are all there, with all that they tell', () => {
    const { registrations, unreadable } = read(bytes);
    expect(unreadable).toEqual([]);
    expect(registrations.map(({ user }) => user)).toEqual(['1000', '1001', '1002', '1003', '1004', '1005', '1006']);
    expect(registrations[2]).toEqual({
      callId: 'reg-1002-5462d2dda8@lab',
      user: '1002',
      host: 'phones.test',
      contact: 'sip:1002@127.0.0.1:7000',
      userAgent: 'Yealink SIP-T46S 66.85.0.5',
      profile: 'internal',
      networkIp: '127.0.0.1',
      networkPort: 7000,
      transport: 'udp',
      expiresInSeconds: 3648,
      pingStatus: 'Reachable',
      mwiUser: '1002',
      mwiHost: 'phones.test',
      authUser: '1002',
    });
  });

  it('are the same wherever the bytes are cut', () => {
    const whole = read(bytes);
    for (const cut of bytes.keys()) expect(read(bytes, [cut])).toEqual(whole);
    expect(read(bytes, bytes.keys())).toEqual(whole);
  });

  it('are two for an extension with two devices', () => {
    const two = recorded('10-notify-one-device-of-two', 'sofia xmlstatus profile internal user 1000@phones.test');
    expect(read(two).registrations.map(({ callId, userAgent }) => [callId, userAgent])).toEqual([
      ['reg-1000-669cd0fb75@lab', 'snomD785/10.1.54.13'],
      ['reg-1000-a08fbe409c@lab', 'Cisco/SPA504G-7.6.2f "&<é'],
    ]);
  });

  it('may be none', () => {
    expect(read('')).toEqual({ registrations: [], unreadable: [] });
  });
});

describe('what a phone has sent', () => {
  it.each([
    ['markup in its User-Agent', { agent: 'A "q" </agent> <user>1@x</user> & \' &amp; &lt;' }],
    ['no User-Agent', { agent: '' }],
    ['control characters', { agent: 'tab\tbell\x07del\x7fvt\x0b/1' }],
  ])('survives: %s', (_, { agent }) => {
    expect(readOne({ agent }).userAgent).toBe(agent);
  });

  it('survives where it is UTF-8, and where it is not UTF-8 at all', () => {
    const utf8 = Buffer.from('Büro Telefön ☎').toString('latin1');
    expect(readOne({ agent: utf8 }).userAgent).toBe('Büro Telefön ☎');
    expect(readOne({ agent: 'B\xfcro \xff\xfe/1' }).userAgent).toBe('B\ufffdro \ufffd\ufffd/1');
  });

  it('is on one line again after it was folded', () => {
    expect(readOne({ agent: 'fold\r\n    </registration>\r\n    <registration>/1' }).userAgent).toBe(
      'fold </registration> <registration>/1',
    );
    expect(readOne({ agent: 'fold\n x/1' }).userAgent).toBe('fold x/1');
    expect(readOne({ contact: '"Di\r\n sp" <sip:1000@127.0.0.1:7000>' }).contact).toBe('sip:1000@127.0.0.1:7000');
  });

  it('is not unescaped where FreeSWITCH does not escape', () => {
    const callId = 'h-2<b>&amp;"</call-id>@lab';
    expect(readOne({ callId }).callId).toBe(callId);
    expect(readOne({ user: '10&amp;00' })).toMatchObject({ user: '10&amp;00', mwiUser: '10&amp;00' });
  });

  it('is cut where FreeSWITCH cuts it', () => {
    expect(readOne({ agent: '"'.repeat(700) }).userAgent).toBe('"'.repeat(341));
  });

  it('names the contact as a URI, with its parameters and without its name', () => {
    const uri = 'sip:1000@127.0.0.1:7000;transport=tcp;line=4,5;fs_nat=yes;fs_path=sip%3A1000%40192.0.2.1%3A5060';
    expect(readOne({ contact: `"Di <sp> \\" lay" <${uri}>` }).contact).toBe(uri);
    expect(readOne({ contact: ` ${uri} ` }).contact).toBe(uri);
    expect(readOne({ contact: `"cut" <${uri}` }).contact).toBe(uri);
  });

  it.each([
    ['Registered(UDP)', 'udp'],
    ['Registered(UDP-NAT)', 'udp'],
    ['Registered(TCP)', 'tcp'],
    ['Registered(TLS-NAT)', 'tls'],
    ['Registered(TLSHACK)', 'tls'],
    ['Registered(WS-NAT)', 'ws'],
    ['Registered(WSS-NAT)', 'wss'],
    ['Registered(AUTO-NAT)', undefined],
    ['Registered(AUTO-NAT-2.0)', undefined],
  ])('came by a transport, as %s says', (status, transport) => {
    const { transport: found, expiresInSeconds } = readOne({ status: `${status}(unknown) exp(x) expsecs(-12)` });
    expect(found).toBe(transport);
    expect(expiresInSeconds).toBe(-12);
  });

  it('may have a lamp for another account than its own', () => {
    expect(readOne({ mwiAccount: 'sales@vm.test' })).toMatchObject({
      user: '1000',
      mwiUser: 'sales',
      mwiHost: 'vm.test',
    });
  });
});

describe('a registration that cannot be read', () => {
  const before = registrationXml(row({ user: '1' }));
  const after = registrationXml(row({ user: '3' }));

  it.each([
    ['without a Call-ID', registrationXml(row()).replace(/ *<call-id>.*\n/, ''), 'call-id'],
    ['without an end', registrationXml(row()).replace('    </registration>\n', ''), 'without an end'],
    ['with an element that has no end', registrationXml(row()).replace('</agent>', ''), 'wrong place'],
    ['with a NUL', registrationXml(row()).replace('<agent>', '<agent>\0'), 'whose agent holds a NUL'],
    [
      'with two users',
      registrationXml(row({ realm: 'x</sip-auth-realm>\n <user>9@x</user>\n <x>' })),
      'two elements user',
    ],
    [
      'with a line that is none',
      registrationXml(row()).replace('        <agent>', 'garbage\n        <agent>'),
      'no element',
    ],
  ])('is told, %s, and those beside it come', (_, broken, problem) => {
    const { registrations, unreadable } = read(before + broken + after);
    expect(registrations.map(({ user }) => user)).toEqual(['1', '3']);
    expect(unreadable).toEqual([expect.stringContaining(problem)]);
  });

  it('because it is longer than any can be does not fill the memory', () => {
    const endless = `    <registration>\n        <agent>\n${'x\n'.repeat(200_000)}    </registration>\n`;
    const { registrations, unreadable } = read(before + endless + after);
    expect(registrations.map(({ user }) => user)).toEqual(['1', '3']);
    expect(unreadable).toHaveLength(1);
  });
});

describe('an answer that is no list', () => {
  it.each([
    ['a message', 'Invalid Profile!\n'],
    ['a message without a line end', 'Invalid Profile!'],
    ['HTML', '<!DOCTYPE html>\n<html>\n</html>\n'],
  ])('is told from one by its first line: %s', (_, text) => {
    let fault: unknown;
    try {
      read(Buffer.from(text));
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(OtherAnswer);
    expect((fault as OtherAnswer).answer).toBe(text.split('\n', 1)[0]);
  });

  it('is never taken for an empty list, wherever it breaks off', () => {
    const whole = listXml(registrationXml(row()));
    // Without its very last line end it is complete in meaning, but a reader can't know that.
    for (const length of whole.keys()) expect(() => read(whole.subarray(0, length))).toThrow(AnswerFault);
  });

  it('goes on after its end, or has a line without end', () => {
    const whole = listXml(registrationXml(row()));
    expect(() => read(Buffer.concat([whole, Buffer.from('more\n')]))).toThrow(AnswerFault);
    expect(() => read(Buffer.concat([whole, Buffer.from('more')]))).toThrow(AnswerFault);
    expect(() => read(Buffer.from(`<?xml version="1.0"?>\n${'x'.repeat(300_000)}`))).toThrow('a line of more than');
  });

  it('is the status of a profile instead', () => {
    expect(() => read(recorded('23-profile-status', 'sofia xmlstatus profile internal'))).toThrow(AnswerFault);
  });
});

describe('whatever a phone sends', () => {
  /** One character a byte; a header of SIP can hold anything but NUL. Line ends only where it goes on with a blank. */
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((values) => Buffer.from(values).toString('latin1').replace(/\0/g, '').replace(/\n/g, '\r\n '));
  const callId = bytes.map((text) => `x${text.replace(/[\r\n]/g, '')}`);

  it('every registration comes, in order, in any pieces', () => {
    const one = fc.record({ callId, agent: bytes, display: bytes });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), fc.array(fc.nat(4000), { maxLength: 20 }), (phones, places) => {
        const rows = phones.map(({ callId: id, agent, display }) =>
          row({ callId: id, agent, contact: `"${display}" <sip:1000@127.0.0.1:7000>` }),
        );
        const all = listXml(rows.map(registrationXml).join(''));
        const cuts = places.filter((place) => place < all.length).sort((a, b) => a - b);
        const { registrations, unreadable } = read(all, cuts);
        expect(unreadable).toEqual([]);
        expect(registrations.map((registration) => registration.callId)).toEqual(
          rows.map((phone) => Buffer.from(phone.callId, 'latin1').toString()),
        );
        expect(registrations.every(({ contact }) => contact === 'sip:1000@127.0.0.1:7000')).toBe(true);
        for (const [index, phone] of rows.entries()) {
          if (phone.agent.includes('\n')) continue;
          expect(registrations[index]?.userAgent).toBe(Buffer.from(phone.agent, 'latin1').toString());
        }
      }),
    );
  });

  it('no bytes at all make the reader crash', () => {
    const line = fc.constantFrom(
      '<registration>',
      '</registration>',
      '<user>',
      '</user>',
      '<agent>x</agent>',
      '<',
      '>',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, bytes), { maxLength: 30 }), (lines) => {
        const text = lines.map((one) => `${one}\n`).join('');
        const { registrations } = read(text.replaceAll('</registrations>', ''));
        expect(registrations).toEqual([]);
      }),
    );
  });
});
