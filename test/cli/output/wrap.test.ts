import { expect, it } from 'vitest';
import { wrap } from '../../../src/cli/output/wrap.js';

it('breaks between words only, and begins the lines as it is told', () => {
  expect(wrap('one two three', '- ', '  ', 9)).toBe('- one two\n  three\n');
  expect(wrap('one two', '- ', '  ', 8)).toBe('- one\n  two\n');
  expect(wrap('a-word-without-end b', '', '', 5)).toBe('a-word-without-end\nb\n');
  expect(wrap('  one\n two ')).toBe('one two\n');
  expect(wrap('', '  ')).toBe('\n');
});
