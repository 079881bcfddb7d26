import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSipMessage, type SipMessage } from '../../src/freeswitch/sip-message.js';

function read(...lines: string[]): SipMessage {
  const message = readSipMessage(lines.join('\r\n'));
  if (!message) throw new Error('it is no SIP message');
  return message;
}

function to(value: string): SipMessage['to'] {
  return read('OPTIONS sip:x SIP/2.0', `To: ${value}`, '', '').to;
}

describe('a SIP message', () => {
  it('is a request with what identifies it', () => {
    const message = read(
      'NOTIFY sip:1000@192.0.2.7:5062;line=abc SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKone, SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKtwo',
      'From: <sip:1000@phones.test>;tag=a',
      'To: "Front desk" <sip:1000@phones.test>',
      'Call-ID: e610bd5f@host',
      'CSeq: 123145049 NOTIFY',
      'User-Agent: FreeSWITCH',
      'Content-Length: 4',
      '',
      'body',
    );
    expect(message).toMatchObject({
      kind: 'request',
      method: 'NOTIFY',
      uri: 'sip:1000@192.0.2.7:5062;line=abc',
      callId: 'e610bd5f@host',
      cseq: { number: 123145049, method: 'NOTIFY' },
      from: { user: '1000', host: 'phones.test' },
      to: { user: '1000', host: 'phones.test' },
      branch: 'z9hG4bKone',
      userAgent: 'FreeSWITCH',
      body: 'body',
    });
  });

  it('is a response with its status, and a phrase that may be missing', () => {
    expect(read('SIP/2.0 481 Call/Transaction Does Not Exist', '', '')).toMatchObject({
      kind: 'response',
      status: 481,
      phrase: 'Call/Transaction Does Not Exist',
    });
    expect(read('SIP/2.0 200', '', '')).toMatchObject({ status: 200, phrase: '' });
  });

  it('takes the name of who answers from Server where there is no User-Agent', () => {
    expect(read('SIP/2.0 200 OK', 'Server: snomD785/10.1', '', '').userAgent).toBe('snomD785/10.1');
  });

  it('may have compact names, in any case, and blanks before the colon', () => {
    const message = read(
      'MESSAGE sip:1 SIP/2.0',
      'v: SIP/2.0/TCP h;branch=z9',
      'F: sip:a@b;tag=1',
      't : <sip:c@d>',
      'I:id',
      'cseq: 1 MESSAGE',
      'c: text/plain',
      'o: talk',
      'm: <sip:x@y>',
      'l: 0',
      '',
      '',
    );
    expect(message).toMatchObject({ branch: 'z9', from: { user: 'a', host: 'b' }, to: { user: 'c', host: 'd' } });
    expect(message).toMatchObject({ callId: 'id', cseq: { number: 1, method: 'MESSAGE' } });
    for (const [name, value] of [
      ['Content-Type', 'text/plain'],
      ['event', 'talk'],
      ['Contact', '<sip:x@y>'],
      ['Content-Length', '0'],
    ] as const) {
      expect(message.headers.get(name), name).toBe(value);
    }
  });

  it('may have folded lines', () => {
    const message = read('NOTIFY sip:1 SIP/2.0', 'Event: check-sync;', '\treboot=true', '  ;x', 'Call-ID: 1', '', '');
    expect(message.headers.get('Event')).toBe('check-sync; reboot=true ;x');
    expect(message.callId).toBe('1');
  });

  it('may end its lines with CRLF, LF or CR', () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const text = ['SIP/2.0 200 OK', 'Call-ID: 1', '', 'body'].join(end);
      expect(readSipMessage(text), JSON.stringify(end)).toMatchObject({ callId: '1', body: 'body' });
    }
  });

  it('without headers, or with broken ones, is what is left of it', () => {
    expect(read('SIP/2.0 200 OK')).toMatchObject({
      callId: undefined,
      cseq: undefined,
      to: undefined,
      branch: undefined,
      body: '',
    });
    const broken = read(
      'SIP/2.0 200 OK',
      'no colon',
      ': no name',
      'CSeq: x NOTIFY',
      'To: <tel:+49123>',
      'Via: ;',
      'Call-ID:',
      '',
      '',
    );
    expect(broken).toMatchObject({ callId: undefined, cseq: undefined, to: undefined, branch: undefined });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      '\n',
      '\0\0\0\0',
      'SIP/2.0 99 X',
      'SIP/2.0 OK',
      'GET / HTTP/1.1',
      'HTTP/1.1 200 OK',
      'NOTIFY sip:1',
      'RTSP/1.0 200 OK',
    ]) {
      expect(readSipMessage(text), JSON.stringify(text)).toBeUndefined();
    }
  });
});

describe('the address of a From or To', () => {
  it.each([
    ['<sip:1000@phones.test:5060;transport=tcp>;tag=1', { user: '1000', host: 'phones.test' }],
    ['sip:1000@phones.test;tag=1', { user: '1000', host: 'phones.test' }],
    ['SIPS:1000@phones.test', { user: '1000', host: 'phones.test' }],
    ['"" <sip:1000@phones.test>', { user: '1000', host: 'phones.test' }],
    ['"A <sip:evil@host> \\" x" <sip:1000@phones.test>', { user: '1000', host: 'phones.test' }],
    ['Front desk <sip:a:secret@phones.test>', { user: 'a', host: 'phones.test' }],
    ['<sip:%31000;x=1@[2001:db8::7]:5060>', { user: '%31000;x=1', host: '[2001:db8::7]' }],
    ['<sip:phones.test>', { user: '', host: 'phones.test' }],
  ])('is read from %s', (value, address) => {
    expect(to(value)).toEqual(address);
  });

  it.each(['', '<>', '<sip:>', '<sip:1000@>', 'mailto:a@b'])('is not to be had from %s', (value) => {
    expect(to(value)).toBeUndefined();
  });
});

describe('hostile messages', () => {
  it.each([
    ['10,000 headers', `${'X-Filler: y\r\n'.repeat(10_000)}`],
    ['10,000 folded lines', `X: ${'\r\n y'.repeat(10_000)}\r\n`],
    ['a megabyte of blanks', `X:${' '.repeat(1_000_000)}\r\n`],
    ['a megabyte in quotes', `To: ${'"\\"'.repeat(300_000)}\r\n`],
    ['a Via of commas and semicolons', `Via: ${'; ;,'.repeat(250_000)}\r\n`],
    ['a CSeq of digits', `CSeq: ${'1'.repeat(1_000_000)} NOTIFY\r\n`],
    ['NULs', `${'\0'.repeat(1_000_000)}: \0\r\n`],
  ])('do not take long: %s', (_, headers) => {
    const message = readSipMessage(`SIP/2.0 200 OK\r\n${headers}Call-ID: last\r\n\r\n`);
    expect(message?.callId).toBe('last');
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        readSipMessage(text);
        readSipMessage(`SIP/2.0 200 OK\r\n${text}`);
        readSipMessage(`NOTIFY sip:1 SIP/2.0\r\nTo: ${text}\r\nVia: ${text}\r\nCSeq: ${text}`);
      }),
    );
  });
});
