import type { PreparedCommand } from '../../esl/index.js';
import type { Wait } from '../output/reporter.js';
import { printableLines, type Terminal } from '../terminal.js';

/** Shows what would be sent: byte for byte, harmless where a person looks at it. */
export function showBytes({ bytes }: PreparedCommand, terminal: Terminal): Wait {
  if (!terminal.isWatched) return terminal.writeBytes(bytes);
  const text = printableLines(bytes.toString());
  return terminal.write(text.endsWith('\n') ? text : `${text}\n`);
}
