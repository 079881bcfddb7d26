import { fstatSync, readFileSync } from 'node:fs';

/** What is piped in is there by now, or somebody else's stdin is open that says nothing (ssh, cron), milliseconds. */
const PATIENCE_MS = 100;

/**
 * Whether something was piped or redirected to stdin that a command is about to ignore. Not so for a terminal, for an empty or
 * closed stdin, for one that says nothing, and for a file that somebody else is in the middle of: the list of a `while read` loop.
 */
export async function hasUnreadStdin(): Promise<boolean> {
  const kind = kindOfStdin();
  if (kind === undefined || kind.isCharacterDevice() || kind.isDirectory()) return false;
  if (kind.isFile()) return kind.size > 0 && offsetOfStdin() === 0;
  const { stdin } = process;
  return new Promise((resolve) => {
    const settle = (answer: boolean): void => {
      clearTimeout(timer);
      stdin.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(false), PATIENCE_MS);
    stdin
      .once('data', () => settle(true))
      .once('end', () => settle(false))
      .once('error', () => settle(false));
  });
}

function kindOfStdin() {
  try {
    return fstatSync(0);
  } catch {
    return undefined;
  }
}

/** How far the file has been read; 0 where the system does not tell. */
function offsetOfStdin(): number {
  try {
    return Number(/^pos:\s*(\d+)/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
