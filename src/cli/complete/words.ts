/** One word of a command line. */
export interface Word {
  /** As it was typed, quotes and all. */
  readonly raw: string;
  /** What a shell takes it for; nothing is expanded, least of all `$(…)`. */
  readonly text: string;
  /** The quote that is open at its end, and where in `raw` it began. */
  readonly open: { readonly quote: string; readonly at: number } | undefined;
  /** How many characters of `raw` stand before what a shell replaces when it completes the word. */
  readonly kept: number;
}

/** Bash's default for COMP_WORDBREAKS. */
const BREAKS = ' \t\n"\'><=;|&(:';

/**
 * Takes a line apart as bash does, as far as that decides where words begin and end. The last word is the one to be
 * completed, empty after a blank.
 * @param line up to the cursor
 * @param breaks the characters within a word at which bash begins anew, as its COMP_WORDBREAKS has them
 */
export function splitLine(line: string, breaks = BREAKS): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && /\s/.test(line[at] ?? '')) at++;
    const word = readWord(line.slice(at), breaks);
    words.push(word);
    at += word.raw.length;
    if (at >= line.length) return words;
  }
}

/** The word at the beginning of a text. */
function readWord(text: string, breaks: string): Word {
  let said = '';
  let kept = 0;
  let quote = '';
  let from = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (quote === "'") {
      if (character === quote) quote = '';
      else said += character;
    } else if (character === '\\' && (quote === '' || '$`"\\'.includes(next))) {
      said += next;
      at++;
    } else if (quote === '"') {
      if (character === quote) quote = '';
      else said += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      from = at;
    } else if (/\s/.test(character)) {
      break;
    } else {
      said += character;
      if (breaks.includes(character)) kept = at + 1;
    }
  }
  const open = quote === '' ? undefined : { quote, at: from };
  return { raw: text.slice(0, at), text: said, open, kept: open ? from + 1 : kept };
}

/** A word as it has been typed without a shell's quotes. */
export function plainWord(text: string): Word {
  return { raw: text, text, open: undefined, kept: 0 };
}

/**
 * What bash is to put in place of the last part of a word so that the word becomes `value`. It stands on the command line as it
 * is, so everything that means something to bash is quoted, in the quotes that are open if there are any.
 */
export function bashReplacement({ raw, text, open, kept }: Word, value: string): string {
  const quoted = (part: string): string => quoteWithin(open?.quote ?? '', part);
  if (value.startsWith(text)) return raw.slice(kept) + quoted(value.slice(text.length));
  // Another spelling of what was typed: that is typed anew, from where bash replaces it.
  return quoted(value.slice(readWord(raw.slice(0, kept), '').text.length));
}

function quoteWithin(quote: string, text: string): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  // History is expanded between double quotes as well, and there a backslash would stay.
  if (quote === '"') return text.replace(/[$`"\\]/g, '\\$&').replaceAll('!', '"\\!"');
  return text.replace(/[^\p{L}\p{N}_./:=@%+,-]/gu, '\\$&');
}
