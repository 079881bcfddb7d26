import type { Header } from './headers.js';

/**
 * Splits a header block, without its closing empty line, into headers. Blanks after the colon are dropped, nothing
 * else: trailing ones may be meant. A line without a colon belongs to the value before it, as the reply to `getvar`
 * has the lines of the variable. Undefined if the first line has no colon: then this is not a header block.
 */
export function parseHeaderBlock(block: string): Header[] | undefined {
  const headers: [string, string][] = [];
  let last: [string, string] | undefined;
  let start = 0;
  let colon = block.indexOf(':');
  while (start < block.length) {
    let end = block.indexOf('\n', start);
    if (end < 0) end = block.length;
    const stop = block.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
    if (colon >= 0 && colon < start) colon = block.indexOf(':', start);
    if (colon < 0 || colon >= stop) {
      if (!last) return undefined;
      last[1] += `\n${block.slice(start, stop)}`;
    } else {
      let from = colon + 1;
      while (block.charCodeAt(from) === 32) from++;
      last = [block.slice(start, colon), block.slice(from, Math.max(from, stop))];
      headers.push(last);
    }
    start = end + 1;
  }
  return headers;
}
