/** A setting that can't be used. `message` says which, where and why, `hint` what to try. */
export class ConfigError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'ConfigError';
    this.hint = hint;
  }
}

/** Why the system could not read a file, in words. */
export function systemReason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'ELOOP') return 'its links lead in a circle';
  return code === 'EACCES' ? 'permission denied' : message;
}
