const LONGEST = 40;

/** Control characters, invisible formatting characters (except the joiner inside emoji) and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\ud800-\udfff]|(?!\u200d)\p{Cf}/gu;

function escaped(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case '\0':
      return '\\0';
    default: {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
      return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
    }
  }
}

/**
 * A value of unknown origin, made fit for one line of a terminal: at most `longest` characters, then `…`; control and
 * invisible characters as `\n`, `\r`, `\t`, `\0`, `\u001B`.
 */
export function show(value: string, longest = LONGEST): string {
  let short = value;
  if (value.length > longest) {
    // Two units a character at most, so that a cell of a megabyte is not taken apart.
    const characters = [...value.slice(0, longest * 2 + 2)];
    if (characters.length > longest) short = `${characters.slice(0, longest - 1).join('')}…`;
  }
  return short.replace(UNPRINTABLE, escaped);
}
