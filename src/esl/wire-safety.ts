import { Buffer } from 'node:buffer';

/**
 * What may stand on the wire. Each function answers with what is wrong, in words that can follow a colon, or undefined.
 *
 * The reasons are FreeSWITCH's own reader (`read_packet` and `switch_event_add_header`, mod_event_socket.c and
 * switch_event.c): CR, LF and NUL end a line, a header block or a string; `_body` sets the body; a `[` makes an array
 * slot; `ARRAY::` makes an array; an empty value deletes an earlier header; a second content-length reads a second body.
 */

/** Above this a Content-Length closes the connection on current FreeSWITCH (16 MiB, mod_event_socket.c), bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024 - 1;
/** Nothing sane comes near this limit of ours, characters. */
const MAX_LINE_LENGTH = 64 * 1024;
/** FreeSWITCH cuts a header block at 10 MiB (mod_event_socket.c). Three bytes a character at most, so well below. */
const MAX_BLOCK_LENGTH = 1024 * 1024;

/** RFC 3261's token, which leaves out the colon, blanks and `[`. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const OWNED_NAMES = new Set(['content-length', '_body']);

/** What is wrong with the first line of a command. */
export function lineFault(line: string): string | undefined {
  if (line.trim() === '') return 'it is empty';
  return textFault(line);
}

/** What is wrong with a header, its name or its value. */
export function headerFault(name: string, value: string): string | undefined {
  if (OWNED_NAMES.has(name.toLowerCase())) return 'it is computed from the body, never given';
  if (!HEADER_NAME.test(name)) return 'its name is not a header name';
  if (value === '') return 'it is empty, and an empty header deletes an earlier one';
  if (value.startsWith(' ')) return 'it begins with a blank, which FreeSWITCH drops';
  if (value.startsWith('ARRAY::')) return 'it begins with ARRAY::, which FreeSWITCH takes apart';
  return textFault(value);
}

/**
 * What is wrong with the lines of a command as a whole, where its first line and each header are fine. FreeSWITCH searches
 * all of them for an order to reload or unload its event socket, and then does that instead (`parse_command`).
 */
export function blockFault(block: string): string | undefined {
  if (block.length > MAX_BLOCK_LENGTH) return `its headers are longer than ${MAX_BLOCK_LENGTH} characters`;
  if (/mod_event_socket/i.test(block) && /(?:un|re)load/i.test(block)) {
    return 'FreeSWITCH would take its headers for an order to reload mod_event_socket';
  }
  return undefined;
}

/** What is wrong with a body. Line breaks are fine; a NUL would cut it, as FreeSWITCH keeps it as a C string. */
export function bodyFault(body: string | Uint8Array): string | undefined {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (bytes > MAX_BODY_BYTES) return `it is longer than ${MAX_BODY_BYTES} bytes`;
  if (typeof body !== 'string') return body.includes(0) ? 'it holds a NUL, which would cut it' : undefined;
  if (body.includes('\0')) return 'it holds a NUL, which would cut it';
  if (!body.isWellFormed()) return 'it holds half of a surrogate pair';
  return undefined;
}

/** What is wrong with text that has to stay on its line. */
export function textFault(text: string): string | undefined {
  if (text.length > MAX_LINE_LENGTH) return `it is longer than ${MAX_LINE_LENGTH} characters`;
  const control = CONTROL.exec(text)?.[0];
  if (control !== undefined) return `it holds ${controlName(control)}`;
  if (!text.isWellFormed()) return 'it holds half of a surrogate pair';
  return undefined;
}

function controlName(character: string): string {
  const names: Record<string, string> = { '\r': 'a carriage return', '\n': 'a line feed', '\0': 'a NUL' };
  return (
    names[character] ?? `the control character U+${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`
  );
}
