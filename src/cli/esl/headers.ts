import type { Header } from '../../esl/index.js';
import { usageError } from '../failure.js';

/** `--header name=value`, repeated, in the order in which they were given. @throws Failure */
export function parseHeaders(flag: string, texts: readonly string[] = []): Header[] {
  return texts.map((text) => {
    const [, name = '', value] = /^\s*([^=\s]*)\s*=(.*)$/s.exec(text) ?? [];
    if (name === '' || value === undefined) throw usageError(`--${flag} ${text}: not NAME=VALUE`);
    return [name, value];
  });
}
