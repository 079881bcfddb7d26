import { show } from './show.js';

/** Where an {@link InventoryError} belongs, and what to try. */
export interface InventoryErrorDetails {
  /** The file as errors name it: its path, `stdin`, `command line`. */
  readonly file: string;
  /** The line of the file, counted from 1. */
  readonly line?: number;
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An inventory that can't be used as a whole: not found, no header, not UTF-8, changed while it was being read.
 * The message says where and what (`phones.csv:1: …`); `hint` says what to try. Faults of single rows are no errors but
 * entries of kind `problem`.
 */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
  /** What is wrong, without where. */
  readonly problem: string;
  readonly file: string;
  readonly line?: number;
  readonly hint?: string;

  constructor(problem: string, { file, line, hint, cause }: InventoryErrorDetails) {
    const where = show(file, 200) + (line === undefined ? '' : `:${line}`);
    super(`${where}: ${problem}`, cause === undefined ? undefined : { cause });
    this.problem = problem;
    this.file = file;
    if (line !== undefined) this.line = line;
    if (hint !== undefined) this.hint = hint;
  }
}

/** The code of a failed system call (`ENOENT`); undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const IN_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ELOOP: 'the path is a circle of symbolic links',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this system',
  ENXIO: 'is a socket or device that can not be read',
  EIO: 'the disk failed',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** A failed system call in words, with the code at the end where there are none: `can not be read (ESTALE)`. */
export function systemProblem(error: unknown, otherwise: string): string {
  const code = systemCode(error);
  if (code === undefined) return otherwise;
  return Object.hasOwn(IN_WORDS, code) ? (IN_WORDS[code] ?? otherwise) : `${otherwise} (${code})`;
}
