/** Nothing here means more than itself to `switch_separate_string`. */
const PLAIN = /^[^\s'\\^]+$/;

/**
 * One word of an api command that FreeSWITCH splits at blanks (`switch_separate_string`, switch_utils.c): in quotes if it holds
 * a blank, a quote, a backslash, or the `^` that at the very beginning would set another separator.
 */
export function word(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`;
}
