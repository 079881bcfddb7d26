/** A journal that can't be written, read or found. `message` says which and why, `hint` what to try. */
export class JournalError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'JournalError';
    this.hint = hint;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such folder',
  EEXIST: 'there is such a file already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is not a folder',
};

/** What the system says about a file, in words. */
export function systemReason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}

/** Why a journal, or the folder of them, can't be read. */
export function readProblem(path: string, error: unknown): JournalError {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'there is no such file' : systemReason(error);
  return new JournalError(`${path} can't be read: ${reason}`, 'phonectl run list shows which runs there are');
}

/** Why a journal can't be written, by what the system says. */
export function writeProblem(path: string, error: unknown): JournalError {
  const hint = 'write it elsewhere with --journal FILE, or go without: --no-journal';
  return new JournalError(`the journal ${path} can't be written: ${systemReason(error)}`, hint);
}
