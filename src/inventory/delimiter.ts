import { canonicalColumn } from './columns.js';
import { type Dialect, isFault, parseRecord } from './csv-fields.js';
import { InventoryError } from './errors.js';
import { show } from './show.js';

/** What is looked for where nobody says what separates the values; earlier ones win where nothing decides. */
const CANDIDATES = [',', ';', '\t', '|'] as const;

const NAMES: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|' };

/**
 * The delimiter that `--delimiter` names: any one character, or `comma`, `semicolon`, `tab`, `\t`, `pipe`.
 * @throws InventoryError if it is none
 */
export function parseDelimiter(text: string, file: string): string {
  const name = text.toLowerCase();
  const named = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  const delimiter = named ?? text;
  if ([...delimiter].length !== 1 || /["#\r\n\0\ufeff\ud800-\udfff]/u.test(delimiter)) {
    throw new InventoryError(`"${show(text)}" can't be a delimiter`, {
      file,
      hint: 'one character such as , or ; or |, or one of the words comma, semicolon, tab, pipe',
    });
  }
  return delimiter;
}

/** Excel's own way to say it, as the first line of a file: `sep=;`. Undefined if the line is no such thing. */
export function declaredDelimiter(line: string): string | undefined {
  return /^"?sep=(.)"?\s*$/iu.exec(line)?.[1];
}

/**
 * Finds out what separates the values, from the header: what makes the most columns with a meaning of it, then the most
 * columns. Delimiters within quotes count for nothing.
 * @param header the bytes of the header row
 */
export function sniffDelimiter(header: Uint8Array, lineEnd: Dialect['lineEnd']): string {
  let best: string = CANDIDATES[0];
  let bestKnown = -1;
  let bestWidth = -1;
  for (const delimiter of CANDIDATES) {
    const fields = parseRecord(header, { delimiter, lineEnd });
    if (isFault(fields)) continue;
    const known = fields.filter((field) => canonicalColumn(field) !== undefined).length;
    if (known > bestKnown || (known === bestKnown && fields.length > bestWidth)) {
      best = delimiter;
      bestKnown = known;
      bestWidth = fields.length;
    }
  }
  return best;
}
