import type { PreparedCommand } from '../../esl/index.js';
import { toLine } from '../output/json.js';
import type { Wait } from '../output/reporter.js';
import { SCHEMA } from '../output/schema.js';
import { printableLines, type Terminal } from '../terminal.js';

/**
 * Shows what would be sent: byte for byte, harmless where a person looks at it; or as the `command` of a document that begins
 * like the one that would tell of the answer.
 */
export function showBytes(
  { bytes }: PreparedCommand,
  about: object,
  { json }: { readonly json: boolean },
  terminal: Terminal,
): Wait {
  if (json) {
    terminal.hasDocument = true;
    return terminal.write(`${toLine({ schema: SCHEMA, ...about, dryRun: true, command: bytes.toString() })}\n`);
  }
  if (!terminal.isWatched) return terminal.writeBytes(bytes);
  const text = printableLines(bytes.toString());
  return terminal.write(text.endsWith('\n') ? text : `${text}\n`);
}
