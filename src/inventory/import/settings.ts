import { foreignEncoding } from '../encoding.js';
import { InventoryError } from '../errors.js';

/** A settings file of a phone, as text. */
export interface Settings {
  readonly file: string;
  readonly text: string;
  /** What it was found to be in, if not in UTF-8. */
  readonly encoding: string | undefined;
}

/**
 * The text of a settings file, with `\n` as its line end and no byte order mark.
 * @throws InventoryError if it is no text, or one that is made into a phone's file first
 */
export function settingsText(bytes: Buffer, file: string): Settings {
  if (bytes.length === 0) throw new InventoryError('is empty', { file });
  const isPacked = PACKED.some((signature) => bytes.subarray(0, 2).equals(signature));
  const encoding = isPacked ? undefined : foreignEncoding(bytes, true, file);
  const text = decoded(bytes, encoding).replace(/\r\n?/g, '\n');
  const strange = isPacked ? 0 : text.search(STRANGE);
  if (strange !== -1) {
    throw new InventoryError('is no text, but binary, packed or encrypted', {
      file,
      line: lineAt(text, strange),
      hint: 'name the file as the phone reads it, decrypted',
    });
  }
  const template = text.search(/\{\$|\{\{|\{%|\{(?:if|foreach) /);
  if (template !== -1) {
    throw new InventoryError('is a template from which files for phones are made', {
      file,
      line: lineAt(text, template),
      hint: 'name what the provisioning server hands out to a phone',
    });
  }
  return { file, text, encoding };
}

/** How zip, gzip and old Office files begin. */
const PACKED: readonly Buffer[] = [Buffer.from('PK'), Buffer.of(0x1f, 0x8b), Buffer.of(0xd0, 0xcf)];

// Control characters but for tab, line end and form feed; and what stands in place of bytes that are no UTF-8.
const STRANGE = /[\0-\x08\x0b\x0e-\x1f\x7f\ufffd]/;

function decoded(bytes: Buffer, encoding: string | undefined): string {
  return new TextDecoder(encoding ?? 'utf-8').decode(bytes);
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

/** The MAC address in the name of a file, in whatever notation; empty if there is none. */
export function macInName(base: string): string {
  return (
    /(?<![0-9a-z])(?:[0-9a-f]{12}|[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4})(?![0-9a-f])/i.exec(base)?.[0] ?? ''
  );
}
