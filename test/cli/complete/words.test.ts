import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bashReplacement, splitLine, type Word } from '../../../src/cli/complete/words.js';

const BREAKS = ' \t\n"\'@><=;|&(:';

function lastOf(line: string): Word {
  const word = splitLine(line, BREAKS).at(-1);
  if (!word) throw new Error('there is always a word');
  return word;
}

/** What bash takes words for. */
function asBash(words: readonly string[]): string[] {
  const script = words.map((word) => `printf '%s\\0' ${word}\n`).join('');
  return execFileSync('bash', ['--norc'], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** A word after bash has put a replacement in it, and closed a quote that was open. */
function completed(word: Word, value: string): string {
  return word.raw.slice(0, word.kept) + bashReplacement(word, value) + (word.open?.quote ?? '');
}

describe('a line, up to the cursor', () => {
  it.each([
    ['phonectl resync ', ['phonectl', 'resync', '']],
    ['phonectl  resync -i', ['phonectl', 'resync', '-i']],
    ['phonectl run show a\\ b\\$c', ['phonectl', 'run', 'show', 'a b$c']],
    ['phonectl -i "my \\"phones\\".csv" --where=', ['phonectl', '-i', 'my "phones".csv', '--where=']],
    ["phonectl -i 'it'\\''s' x", ['phonectl', '-i', "it's", 'x']],
    ['phonectl -i "half open $HO', ['phonectl', '-i', 'half open $HO']],
    ["phonectl -i 'half \\open", ['phonectl', '-i', 'half \\open']],
    ['phonectl -i ends\\', ['phonectl', '-i', 'ends']],
    ['', ['']],
  ])('%s', (line, texts) => {
    expect(splitLine(line, BREAKS).map(({ text }) => text)).toEqual(texts);
  });

  it('is not carried out, whatever stands there', () => {
    expect(lastOf('phonectl $(reboot)`reboot`').text).toBe('$(reboot)`reboot`');
  });
});

describe('what bash is to insert', () => {
  it.each([
    ['phonectl --where vendor=sn', 'vendor=snom', 'snom'],
    ['phonectl --where=vendor=sn', '--where=vendor=snom', 'snom'],
    ['phonectl --where "vendor=sn', 'vendor=snom', 'vendor=snom'],
    ['phonectl --where ve\\=', 've=x', 've\\=x'],
    ['phonectl sofia:', 'sofia::register', ':register'],
    ['phonectl sofia::reg', 'sofia::register', 'register'],
    ['phonectl chan', 'CHANNEL_PARK', 'CHANNEL_PARK'],
    ['phonectl --except=chan', '--except=CHANNEL_PARK', 'CHANNEL_PARK'],
    ['phonectl my\\ ', 'my phones', 'my\\ phones'],
  ])('%s → %s', (line, value, replacement) => {
    expect(bashReplacement(lastOf(line), value)).toBe(replacement);
  });

  it('is for bash just the value, whatever is in it and whichever quotes are open', () => {
    const value = fc.string({
      unit: fc.constantFrom(...'ab0 $`\'"\\!~*?[]{}()<>|&;#=:,@%^-_./\u00e9\u{1f4de}'),
      minLength: 1,
    });
    const typed = fc.tuple(value, fc.nat(3), fc.constantFrom('', "'", '"'));
    const cases = fc.sample(typed, 400).map(([whole, length, quote]) => {
      const begun = [...whole].slice(0, length).join('');
      const raw =
        quote === ''
          ? begun.replace(/[^a-z0-9]/gu, '\\$&')
          : quote === "'"
            ? begun.replaceAll("'", "'\\''")
            : begun.replace(/[$`"\\]/g, '\\$&');
      return { whole, word: lastOf(`phonectl ${quote}${raw}`) };
    });
    expect(asBash(cases.map(({ whole, word }) => completed(word, whole)))).toEqual(cases.map(({ whole }) => whole));
  });
});
