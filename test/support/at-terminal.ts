import { spawn, spawnSync } from 'node:child_process';
import { cleanEnv, ensureBuilt, RUN } from './built.js';
import { Screen } from './screen.js';

/** Runs a command on a pseudo terminal, whose other side are stdin and stdout; ends with its exit code. */
const PTY = `
import fcntl, os, pty, select, struct, sys, termios
pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
inputs = [0, master]
while True:
    ready, _, _ = select.select(inputs, [], [])
    if 0 in ready:
        data = os.read(0, 65536)
        if data: os.write(master, data)
        else: inputs.remove(0)
    if master in ready:
        try: data = os.read(master, 65536)
        except OSError: data = b''
        if not data: break
        os.write(1, data)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

/** Whether there is what a pseudo terminal takes: Python 3.9, which has none on Windows. */
export const HAS_TERMINAL =
  process.platform !== 'win32' &&
  spawnSync('python3', ['-c', 'import os, pty, termios; os.waitstatus_to_exitcode']).status === 0;

const LONGEST_RUN_MS = 20_000;

/** A phonectl that somebody uses at a terminal of 80 columns. */
export interface AtTerminal {
  readonly screen: Screen;
  /** Presses keys; `\r` is Enter. */
  type(keys: string): void;
  /** Waits until the lines of the screen fit; throws if it ends without. */
  shows(pattern: RegExp): Promise<string>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the built `bin/run.js` at a terminal. */
export async function atTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<AtTerminal> {
  await ensureBuilt();
  const child = spawn('python3', ['-c', PTY, process.execPath, RUN, ...args], {
    env: cleanEnv({ TERM: 'xterm', NO_COLOR: '1', ...env }),
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  const screen = new Screen();
  child.stdout.setEncoding('utf8').on('data', (text: string) => screen.write(text));
  child.stdin.on('error', () => {});
  let isOver = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      isOver = true;
      resolve(code);
    });
  });
  return {
    screen,
    ended,
    type: (keys) => child.stdin.write(keys),
    shows: async (pattern) => {
      for (;;) {
        const text = screen.lines.join('\n');
        if (pattern.test(text)) return text;
        if (isOver) throw new Error(`it ended without showing ${pattern}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
