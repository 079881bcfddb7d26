import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WrittenLines } from '../../../src/cli/esl/console/written-lines.js';
import { readMessage, readPayload } from '../../../src/payload/written.js';

/** Gives it these lines; what it says of the last one of them that it takes, and those behind. */
function written(first: string, lines: readonly string[]) {
  const event = new WrittenLines(first);
  const said: string[] = [];
  let taken = 0;
  for (const line of lines) {
    taken++;
    const state = event.add(line);
    if (state !== undefined) said.push(`${taken}: ${state}`);
    if (state === 'complete') break;
  }
  return { event, said, left: lines.slice(taken) };
}

describe('an event that is typed', () => {
  it('without a body ends with a second empty line', () => {
    const { event, said, left } = written('sendevent NOTIFY', ['profile: internal', '', '', 'status']);
    expect({ said, left }).toEqual({ said: ['3: complete'], left: ['status'] });
    expect(readPayload(event.text).payload).toEqual({ event: 'NOTIFY', headers: [['profile', 'internal']], body: '' });
  });

  it('has its body up to a single dot, empty lines in it and at its end too', () => {
    const { event, said, left } = written('sendevent X', ['a: b', '', 'one', '', 'two', '', '.', 'status']);
    expect({ said, left }).toEqual({ said: ['7: complete'], left: ['status'] });
    expect(readPayload(event.text)).toEqual({
      payload: { event: 'X', headers: [['a', 'b']], body: 'one\n\ntwo\n' },
      warnings: [],
    });
  });

  it.each([
    ['is as long as its content-length', ['one'], 'one'],
    ['may have a last line end that counts', ['one'], 'one\n'],
    ['may have several lines, counted in bytes', ['Grü', '', 'ße'], 'Grü\n\nße'],
    ['may begin with an empty line', ['', 'one'], '\none'],
    ['may have carriage returns', ['one\r', 'two\r'], 'one\r\ntwo'],
  ])('has a body that %s', (_, lines, body) => {
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    const { event, said, left } = written('sendevent X', [length, '', ...lines, 'status']);
    expect({ said, left }).toEqual({ said: [`${lines.length + 2}: complete`], left: ['status'] });
    expect(readPayload(event.text)).toEqual({ payload: { event: 'X', headers: [], body }, warnings: [] });
  });

  it('with a content-length of 0 ends with its headers', () => {
    expect(written('sendevent X', ['content-length: 0', '', 'status'])).toMatchObject({
      said: ['2: complete'],
      left: ['status'],
    });
  });

  it('does not let the rest of its body be taken for commands where its length is too short', () => {
    const lines = ['content-length: 5', '', 'hupall is', 'not meant', '.', 'status'];
    const { event, said, left } = written('sendevent X', lines);
    expect({ said, left }).toEqual({ said: ['3: too-long', '5: complete'], left: ['status'] });
    expect(readPayload(event.text)).toEqual({
      payload: { event: 'X', headers: [], body: 'hupall is\nnot meant' },
      warnings: [expect.stringMatching(/content-length 5 is wrong: the body has 19 bytes/)],
    });
  });

  it('ends with a single dot, too, where its length is too long', () => {
    const { event, said } = written('sendevent X', ['content-length: 50', '', 'one', '.']);
    expect(said).toEqual(['4: complete']);
    expect(readPayload(event.text).warnings).toEqual([expect.stringContaining('content-length 50 is wrong')]);
  });

  it('ends where its content-length says, whatever the body, and is read as it was meant', () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(lines, (body) => {
        const text = body.join('\n');
        fc.pre(text.trim() !== '' && !body.includes('.'));
        const { event, said, left } = written('sendevent X', [
          `content-length: ${Buffer.byteLength(text)}`,
          '',
          ...body,
          'status',
        ]);
        // A body that ends in empty lines may be over before them.
        expect(left.at(-1)).toBe('status');
        expect(said).toHaveLength(1);
        expect(readPayload(event.text)).toMatchObject({ payload: { body: text }, warnings: [] });
      }),
    );
  });
});

it('an order to a call is written in the same way', () => {
  const { event } = written('sendmsg 1f9c', ['call-command: execute', 'execute-app-name: answer', '', '']);
  expect(readMessage(event.text)).toEqual({
    uuid: '1f9c',
    headers: [
      ['call-command', 'execute'],
      ['execute-app-name', 'answer'],
    ],
    body: '',
    warnings: [],
  });
});

it('what is no header is told by its line', () => {
  const { event } = written('sendevent X', ['a: b', 'nonsense', '', '']);
  expect(() => readPayload(event.text)).toThrow(expect.objectContaining({ line: 3 }));
});
