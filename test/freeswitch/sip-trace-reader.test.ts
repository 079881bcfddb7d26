import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/esl/index.js';
import { encodeMessage } from '../../src/esl/index.js';
import { readTrace } from '../../src/freeswitch/sip-trace-reader.js';
import { recording, replay, stream } from '../esl/replay.js';
import { logData, messageOf } from './traced.js';

const RULE = '-'.repeat(72);

describe('the trace of a real FreeSWITCH', () => {
  const { bytes, userauthAt } = stream(recording('16-siptrace'));

  it('is read message by message', () => {
    const traced = replay(bytes, userauthAt).flatMap((message) => readTrace(message) ?? []);
    const short = traced.map(({ direction, message }) =>
      message.kind === 'request' ? `${direction} ${message.method}` : `${direction} ${message.status}`,
    );
    expect(short.slice(0, 8)).toEqual([
      'sent NOTIFY',
      'received 200',
      'received REGISTER',
      'sent 401',
      'received REGISTER',
      'sent 200',
      'sent NOTIFY',
      'received 489',
    ]);
    expect(short.slice(8)).toEqual(Array(10).fill('sent NOTIFY'));
    expect(traced[0]).toMatchObject({
      peer: '127.0.0.1:7000',
      transport: 'udp',
      message: { to: { user: '1000', host: 'phones.test' }, callId: 'e610bd5f-6180-1240-809f-063253006059' },
    });
  });

  it('is the same wherever it is split', () => {
    const whole = JSON.stringify(replay(bytes, userauthAt).map(readTrace));
    for (let cut = 1; cut < bytes.length; cut += 97) {
      expect(JSON.stringify(replay(bytes, userauthAt, [cut, cut + 1]).map(readTrace)) === whole, `${cut}`).toBe(true);
    }
  });
});

describe('a log line', () => {
  it('of IPv6, with a flow label and compression, is read', () => {
    const text = `recv 30 bytes from tcp/[2001:db8::7]:5060/17;comp=sigcomp at 01:02:03.000004:\n${RULE}\nSIP/2.0 200 OK\n\n`;
    expect(readTrace(logData(text))).toMatchObject({
      direction: 'received',
      peer: '[2001:db8::7]:5060',
      transport: 'tcp',
    });
  });

  it.each([
    ['of another kind', '2026-11-23 01:33:23.945800 35.00% [NOTICE] mod_commands.c:7200 hello\n'],
    [
      'that quotes a trace',
      `2026-11-23 [INFO] x send 3 bytes to udp/[192.0.2.7]:5060 at 01:02:03.1:\n${RULE}\nSIP/2.0 200 OK\n\n`,
    ],
    ['without its separator', 'send 3 bytes to udp/[192.0.2.7]:5060 at 01:02:03.1:\nSIP/2.0 200 OK\n\n'],
    ['with a keep-alive of a NAT', `recv 4 bytes from udp/[192.0.2.7]:5060 at 01:02:03.1:\n${RULE}\n\n\n\n`],
    ['that is empty', ''],
    ['that is one endless line', 'send '.repeat(100_000)],
    ['that is one endless separator', `send 3 bytes to udp/[192.0.2.7]:5060 at 01:02:03.1:\n${'-'.repeat(500_000)}`],
    ['of NULs', '\0'.repeat(1000)],
  ])('%s is none of the trace', (_, text) => {
    expect(readTrace(logData(text))).toBeUndefined();
  });

  it('is one only if the message is of the log', () => {
    const text = `send 3 bytes to udp/[192.0.2.7]:5060 at 01:02:03.1:\n${RULE}\nSIP/2.0 200 OK\n\n`;
    expect(readTrace(logData(text))).toBeDefined();
    expect(readTrace(messageOf(encodeMessage([['Content-Type', 'api/response']], text)))).toBeUndefined();
  });

  it('that was cut in the middle of a message is read as far as it goes', () => {
    const text = `send 20000 bytes to udp/[192.0.2.7]:5060 at 01:02:03.1:\n${RULE}\nNOTIFY sip:1 SIP/2.0\nCall-ID: 1\nCSeq: 7 NOT`;
    expect(readTrace(logData(text))?.message).toMatchObject({ callId: '1', cseq: { number: 7, method: 'NOT' } });
  });

  it('with bytes that are not UTF-8 is read', () => {
    const text = Buffer.from(
      `recv 3 bytes from udp/[192.0.2.7]:5060 at 01:02:03.1:\n${RULE}\nSIP/2.0 200 OK\nUser-Agent: \xe9\xff\n\n`,
      'latin1',
    );
    const message: Message = logData(text);
    expect(readTrace(message)?.message.userAgent).toBe('\ufffd\ufffd');
  });
});
