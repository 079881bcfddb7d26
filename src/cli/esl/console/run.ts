import { join } from 'node:path';
import { stateFolder } from '../../../config/state.js';
import { type ConnectionFlags, connectorFor } from '../../connector.js';
import { EXIT } from '../../exit-codes.js';
import { Failure, toFailure } from '../../failure.js';
import { Interrupt } from '../../interrupt.js';
import { printable, type Terminal } from '../../terminal.js';
import { parseRetryFor, parseWait } from '../flags.js';
import { Console } from './console.js';
import { History } from './history.js';
import { Link } from './link.js';
import { Script } from './script.js';

export interface ConsoleFlags extends ConnectionFlags {
  readonly wait?: string | undefined;
  readonly check: boolean;
  readonly 'retry-for'?: string | undefined;
}

/** A command of a script does not hang for ever. */
const WAIT_OF_SCRIPTS = '60s';

/** A console for somebody at a terminal; else stdin's lines are carried out. @throws Failure, EslError */
export async function runConsole(flags: ConsoleFlags, terminal: Terminal): Promise<void> {
  const isAtTerminal = process.stdin.isTTY && terminal.isWatched && process.env.TERM !== 'dumb';
  const waitMs = parseWait('wait', flags.wait ?? (isAtTerminal ? 'forever' : WAIT_OF_SCRIPTS));
  const retryMs = isAtTerminal ? parseRetryFor(flags['retry-for']) : 0;
  const connector = await connectorFor(flags);
  const interrupt = new Interrupt();
  try {
    const link = await Link.open({ connector, terminal, retryMs, waitMs, check: flags.check });
    interrupt.begin();
    if (isAtTerminal) {
      const name = await nameOf(link, connector.name);
      const history = new History(join(stateFolder(process.env), 'esl-history'), (text) =>
        terminal.say(printable(text)),
      );
      terminal.say(`${connector.name} answers; /help says what can be typed, Ctrl-D leaves`);
      const exitCode = await new Console({ terminal, link, history, name }, await history.read()).run(interrupt.signal);
      if (exitCode !== undefined) process.exitCode = exitCode;
    } else {
      if (process.stdin.isTTY) terminal.say('phonectl: commands, one a line; then Ctrl-D');
      const isFine = await carryOutAll(link, terminal, interrupt.signal);
      if (!isFine) process.exitCode = EXIT.short;
    }
  } finally {
    interrupt.release();
  }
  if (interrupt.exitCode !== undefined) process.exitCode = interrupt.exitCode;
}

/** Once something has been sent, no exit code may say that nothing was. */
async function carryOutAll(link: Link, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  try {
    return await new Script({ terminal, link, input: process.stdin }).run(signal);
  } catch (error) {
    const failure = toFailure(error);
    if (!link.operator.hasSent || failure.exitCode === EXIT.internal) throw failure;
    const { message, hint, details } = failure;
    throw new Failure(message, EXIT.short, { hint, details });
  }
}

/** What the server calls itself, as fs_cli asks it; else how it was reached. */
async function nameOf({ current }: Link, otherwise: string): Promise<string> {
  const { ok = false, text = '' } = (await current?.api('switchname').catch(() => undefined)) ?? {};
  return ok && /^[\w.-]{1,60}$/.test(text) ? text : otherwise;
}
