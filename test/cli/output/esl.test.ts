import { describe, expect, it } from 'vitest';
import { AnswerWriter } from '../../../src/cli/esl/answer.js';
import { EventPrinter } from '../../../src/cli/output/events.js';
import { LogPrinter } from '../../../src/cli/output/log.js';
import { Terminal } from '../../../src/cli/terminal.js';
import { Decoder } from '../../../src/esl/decoder.js';
import type { Message } from '../../../src/esl/message.js';
import { logMessage, rawEvent } from '../../support/esl-server.js';
import { FakeStream } from '../streams.js';

const HOSTILE = '\u001b]0;x\u0007\u009b2J';
const SHOWN = '\\u001b]0;x\\u0007\\u009b2J';

function watched(isTTY = true) {
  const stdout = new FakeStream();
  stdout.isTTY = isTTY;
  const terminal = new Terminal(stdout.asStdout, new FakeStream().asStdout, { NO_COLOR: '1' });
  return { stdout, terminal };
}

function messageOf(text: string): Message {
  const [message] = new Decoder().push(Buffer.from(text));
  if (!message) throw new Error('no message');
  return message;
}

describe('what others say, where a person looks at it', () => {
  it('is harmless in an answer, wherever its pieces are cut', async () => {
    const bytes = Buffer.from(`ü\tok ${HOSTILE}\nend`);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { stdout, terminal } = watched();
      const writer = new AnswerWriter(terminal);
      void writer.write(bytes.subarray(0, cut));
      void writer.write(bytes.subarray(cut));
      void writer.end();
      await terminal.flush();
      expect(stdout.text).toBe(`ü\tok ${SHOWN}\nend\n`);
    }
  });

  it('is harmless in a log line, and raw on a pipe', async () => {
    for (const [isTTY, shown] of [
      [true, SHOWN],
      [false, HOSTILE],
    ] as const) {
      const { stdout, terminal } = watched(isTTY);
      void new LogPrinter('text', undefined, terminal).print(messageOf(logMessage(7, `a\n${HOSTILE}\n`)));
      await terminal.flush();
      expect(stdout.text).toBe(`a\n${shown}\n`);
    }
  });

  it.each([
    ['plain', `Event-Name: X\nh: ${HOSTILE}\n\n`, `Event-Name: X\nh: ${SHOWN}\n\n`],
    ['jsonl', `{"h":"\u009b"}`, '{"h":"\\u009b"}\n'],
  ] as const)('is harmless in a %s event', async (output, body, shown) => {
    const { stdout, terminal } = watched();
    const format = output === 'plain' ? 'plain' : 'json';
    void new EventPrinter(output, terminal).print(messageOf(rawEvent(format, body)));
    await terminal.flush();
    expect(stdout.text).toBe(shown);
  });
});

describe('a JSON event that is not UTF-8', () => {
  it('becomes a line that is', async () => {
    const { stdout, terminal } = watched(false);
    const body = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xe9, 0x22, 0x7d]);
    const message = { ...messageOf(rawEvent('json', '{}')), body };
    void new EventPrinter('jsonl', terminal).print(message);
    await terminal.flush();
    expect(stdout.text).toBe('{"a":"\ufffd"}\n');
  });
});
