import { describe, expect, it } from 'vitest';
import { Headers } from '../../src/esl/headers.js';

describe('Headers', () => {
  const headers = new Headers([
    ['Event-Name', 'CUSTOM'],
    ['x', 'first'],
    ['X', 'second'],
    ['x', 'third'],
    ['empty', ''],
  ]);

  it('looks names up without regard to case, the first one counts', () => {
    expect(headers.get('event-name')).toBe('CUSTOM');
    expect(headers.get('EVENT-NAME')).toBe('CUSTOM');
    expect(headers.get('X')).toBe('first');
    expect(headers.get('event')).toBeUndefined();
  });

  it('tells an empty header from none', () => {
    expect(headers.has('empty')).toBe(true);
    expect(headers.has('none')).toBe(false);
  });

  it('keeps every spelling in entries, and one of each in toObject', () => {
    expect(headers.entries()).toHaveLength(5);
    expect(headers.toObject()).toEqual({ 'Event-Name': 'CUSTOM', x: 'first', X: 'second', empty: '' });
  });

  it('has no names of its own', () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    expect(names.some((name) => new Headers().has(name))).toBe(false);
    const object = new Headers(names.map((name) => [name, 'x'])).toObject();
    expect(Object.keys(object)).toEqual(names);
    expect(Object.values(object)).toEqual(['x', 'x', 'x', 'x']);
  });
});
