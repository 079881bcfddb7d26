import { encodeBytes } from './byte-text.js';

const UNSAFE = /%(?![0-9A-F]{2})|[^ -~]|[ #&+:;<=>?@[\\\]^`{|}"]/gu;

/** `switch_url_encode` (switch_utils.c): a `%` that two hexadecimal digits follow stays. */
export function urlEncode(text: string): string {
  return text.replace(UNSAFE, (character) => {
    let encoded = '';
    for (const byte of encodeBytes(character)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return encoded;
  });
}
