/**
 * The few C library functions whose exact behaviour shows on the event socket. Names of headers, events and commands
 * are compared as `strcasecmp` does: letters of ASCII only.
 */

/** `strcasecmp(a, b) == 0` */
export function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  return a.length === b.length && startsWithText(a, b);
}

/** `strncasecmp(text, prefix, strlen(prefix)) == 0` */
export function startsWithText(text: string, prefix: string): boolean {
  if (text.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    const a = text.charCodeAt(i);
    const b = prefix.charCodeAt(i);
    if (a !== b && fold(a) !== fold(b)) return false;
  }
  return true;
}

/** `atoi(text)`: blanks, a sign, digits; what follows is ignored, no digits are 0, and more wraps around as on 64-bit Linux. */
export function atoi(text: string): number {
  const match = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text);
  if (!match?.[1]) return 0;
  const limit = 2n ** 63n;
  const value = BigInt(match[1].replace('+', ''));
  const clamped = value >= limit ? limit - 1n : value < -limit ? -limit : value;
  return Number(BigInt.asIntN(32, clamped));
}

/** `switch_true(text)` (switch_utils.h): yes, on, true, t, enabled, active, allow, or a number other than 0. */
export function isTrue(text: string | undefined): boolean {
  if (text === undefined) return false;
  return /^(yes|on|true|t|enabled|active|allow)$/i.test(text) || (/^[+-]?[\d.]+$/.test(text) && atoi(text) !== 0);
}

/**
 * `switch_separate_string(text, ' ', argv, max)` (switch_utils.c): words between blanks; single quotes keep blanks, a
 * backslash escapes; the last word allowed takes the rest of the text.
 */
export function splitWords(text: string, max = 1024): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && words.length < max) {
    const start = at;
    if (words.length === max - 1) at = text.length;
    let quoted = false;
    while (at < text.length && text[at] === ' ') at++;
    for (; at < text.length; at++) {
      const char = text[at];
      if (char === '\\') at++;
      else if (char === "'") quoted = !quoted;
      else if (char === ' ' && !quoted) break;
    }
    words.push(unquote(text.slice(start, at)));
    while (at < text.length && text[at] === ' ') at++;
  }
  return words;
}

const ESCAPES: Record<string, string> = { "'": "'", '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t', s: ' ' };

function unquote(word: string): string {
  const trimmed = word.replace(/^ +/, '');
  if (!/['\\]/.test(trimmed)) return trimmed.replace(/ +$/, '');
  let clean = '';
  let end = 0;
  let quoted = false;
  for (let i = 0; i < trimmed.length; i++) {
    const char = trimmed[i] ?? '';
    const escaped = char === '\\' ? ESCAPES[trimmed[i + 1] ?? ''] : undefined;
    if (escaped !== undefined) {
      clean += escaped;
      end = clean.length;
      i++;
    } else if (char === "'" && (quoted || trimmed.includes("'", i + 1))) {
      quoted = !quoted;
      if (quoted) end = clean.length;
    } else {
      clean += char;
      if (char !== ' ' || quoted) end = clean.length;
    }
  }
  return clean.slice(0, end);
}

function fold(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
