import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/esl/decoder.js';
import { type Reply, toReply } from '../../src/esl/reply.js';
import { apiResponse, commandReply } from '../support/scripted-server.js';

describe('a reply', () => {
  it.each([
    [commandReply('+OK'), true, '+OK'],
    [commandReply('-ERR no'), false, '-ERR no'],
    [commandReply(''), true, ''],
    [commandReply('x'), true, 'x'],
    ['Content-Type: command/reply\n\n', true, ''],
    [apiResponse('UP 0 years\n\r\n'), true, 'UP 0 years'],
    [apiResponse('two\nlines \n'), true, 'two\nlines '],
    [apiResponse('-ERR no reply\n'), false, '-ERR no reply'],
    [apiResponse(''), true, ''],
    [apiResponse('\n\n'), true, ''],
    [apiResponse('héllo 😀'), true, 'héllo 😀'],
    [apiResponse('-USAGE: <x>\n'), true, '-USAGE: <x>'],
  ])('%j is read', (bytes, ok, text) => {
    expect(read(bytes)).toMatchObject({ ok, text });
  });

  it('of a great many empty lines is read at once', () => {
    const lines = '\n'.repeat(1_000_000);
    expect(read(apiResponse(`${lines}x${lines}`)).text).toHaveLength(1_000_001);
  });
});

function read(bytes: string): Reply {
  const [message] = new Decoder().push(Buffer.from(bytes));
  if (!message) throw new Error('no message');
  return toReply(message);
}
