import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { ConfigError } from '../config/errors.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';

const ENTER = /[\r\n\u0004]/;
const CTRL_C = '\u0003';
/** Ctrl-Z, Ctrl-\\ and the like, and the keys and marks of a paste that a terminal writes as sequences (ECMA-48, 5.4). */
const NO_TEXT = /\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0002\u0005-\u0007\u000b\u000c\u000e-\u0014\u0016-\u001f]/g;
const BACKSPACE = /[\b\u007f]/;
/** Ctrl-U: all again. */
const KILL_LINE = '\u0015';

/**
 * Asks for a password on the terminal, whatever stdin is, without showing it.
 * @throws ConfigError if there is no terminal; Failure after Ctrl-C
 */
export async function askPassword(server: string): Promise<string> {
  const terminal = openTerminal();
  // Before it asks: whoever types fast is not to see it either.
  terminal.setRawMode(true);
  const leave = (): void => {
    terminal.setRawMode(false);
    process.kill(process.pid, 'SIGHUP');
  };
  process.once('SIGHUP', leave);
  process.stderr.write(`password of ${server}: `);
  try {
    return await typed(terminal);
  } finally {
    process.off('SIGHUP', leave);
    terminal.setRawMode(false);
    terminal.destroy();
    process.stderr.write('\n');
  }
}

function openTerminal(): ReadStream {
  try {
    // Not stdin, though it may be the same: it is closed afterwards, and another question may follow.
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new ConfigError('there is no terminal to ask for the password on', '--password-file FILE');
  }
}

async function typed(terminal: ReadStream): Promise<string> {
  let password = '';
  for await (const chunk of terminal.setEncoding('utf8') as AsyncIterable<string>) {
    for (const character of chunk.replace(NO_TEXT, '')) {
      if (character === CTRL_C) throw new Failure('interrupted', EXIT.interrupted);
      if (ENTER.test(character)) return password;
      if (character === KILL_LINE) password = '';
      else password = BACKSPACE.test(character) ? [...password].slice(0, -1).join('') : password + character;
    }
  }
  return password;
}
