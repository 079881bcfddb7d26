import type { Header } from '../../esl/index.js';
import { usageError } from '../failure.js';

/** `--header name=value`, repeated, in the order in which they were given. @throws Failure */
export function parseHeaders(flag: string, texts: readonly string[] = []): Header[] {
  return texts.map((text) => {
    const [, name = '', value] = /^\s*([^=\s]*)\s*=(.*)$/s.exec(text) ?? [];
    if (name === '' || value === undefined) {
      const [, written, rest] = /^\s*([^:=\s]+)\s*:\s*(.*)$/s.exec(text) ?? [];
      const hint = written === undefined ? undefined : `--${flag} '${written}=${rest}'`;
      throw usageError(`--${flag} ${text}: not NAME=VALUE`, hint);
    }
    return [name, value];
  });
}
