import { readFile, stat } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';

/** Far above what fits into a datagram, bytes; the rules of the event say how much that is. */
const MAX_BYTES = 1024 * 1024;

/** A body from the command line or from a file. */
export const bodyFlags = {
  body: Flags.string({ helpValue: 'TEXT', summary: 'the body, as it is', exclusive: ['body-file'] }),
  'body-file': Flags.string({ helpValue: 'FILE', summary: 'file with the body, UTF-8' }),
};

/**
 * The body that the flags give, or undefined if they give none. A byte order mark is dropped, everything else is kept.
 * @throws Failure
 */
export async function readBody(flags: {
  body?: string | undefined;
  'body-file'?: string | undefined;
}): Promise<string | undefined> {
  const path = flags['body-file'];
  if (path === undefined) return flags.body;
  try {
    const file = await stat(path);
    if (file.isCharacterDevice() || file.size > MAX_BYTES) {
      throw new Failure(`--body-file ${path}: it is too large for a phone`, EXIT.input);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
    };
    throw new Failure(`--body-file ${path}: ${reasons[code ?? ''] ?? message}`, EXIT.input);
  }
}
