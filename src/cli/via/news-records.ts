import { isRecord } from '../../run/journal/is-record.js';
import type { OutcomeRecord } from '../../run/journal/record.js';

/** The outcomes of a piece of news. What is none is passed over, as in a journal. */
export function recordsOf(lines: string): OutcomeRecord[] {
  return lines.split('\n').flatMap((line) => {
    const record = parsed(line);
    return isRecord(record) && record.kind === 'outcome' ? [record] : [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
