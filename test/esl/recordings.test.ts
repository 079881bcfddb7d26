import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { decodeEvent, type EslEvent, isEvent } from '../../src/esl/event.js';
import { REPLY_TYPES } from '../../src/esl/message.js';
import { readCommand } from '../support/scripted-server.js';
import { type Recording, recording, recordings, replay, sameMessages, stream } from './replay.js';

describe.each(recordings())('recording $scenario', (one) => {
  const { bytes, userauthAt } = stream(one);
  const whole = replay(bytes, userauthAt);

  it('holds one reply per command that FreeSWITCH reads', () => {
    const replies = whole.filter(({ contentType }) => REPLY_TYPES.has(contentType));
    expect(replies).toHaveLength(commandsIn(one));
  });

  it('gives the same messages byte by byte', () => {
    expect(replay(bytes, userauthAt, bytes.keys())).toEqual(whole);
  });

  it('gives the same messages split in two at every place', () => {
    const different = [...bytes.keys()].filter((at) => !sameMessages(replay(bytes, userauthAt, [at]), whole));
    expect(different).toEqual([]);
  });

  it('holds only events that can be read', () => {
    for (const message of whole.filter(isEvent)) {
      const event = decodeEvent(message);
      expect(event.name).toMatch(/^[A-Z_]+$/);
      expect(event.subclass === undefined).toBe(event.name !== 'CUSTOM');
    }
  });
});

describe('the three formats of one event', () => {
  it.each(['06-bgapi', '17-register-event'])('%s: plain, json and xml give the same', (scenario) => {
    const [plain, json, xml] = ['plain', 'json', 'xml'].map((format) => masked(`${scenario}-${format}`));
    expect(plain?.length).toBeGreaterThan(0);
    expect(json).toEqual(plain);
    expect(xml).toEqual(plain);
  });
});

function commandsIn({ steps }: Recording): number {
  let bytes: Buffer = Buffer.from(steps.map(({ send }) => send ?? '').join(''));
  for (let count = 0; ; count++) {
    const read = readCommand(bytes);
    if (!read) return count;
    bytes = read.rest;
  }
}

function masked(scenario: string): unknown[] {
  const { bytes, userauthAt } = stream(recording(scenario));
  return replay(bytes, userauthAt).filter(isEvent).map(decodeEvent).map(withoutDates);
}

function withoutDates({ name, subclass, headers, body }: EslEvent): unknown {
  const varying = /[0-9a-f]{8}-[0-9a-f-]{27}|(?<=^reg-\d+-)[0-9a-f]+|\d+/g;
  return { name, subclass, headers: headers.entries().map(([key, value]) => [key, value.replace(varying, '#')]), body };
}
