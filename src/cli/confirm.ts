import type { Order } from '../run/order.js';
import { usageError } from './failure.js';
import { plural } from './plural.js';
import type { Terminal } from './terminal.js';

/** More phones than this are asked about before anything is sent. */
export const MANY_PHONES = 50;

type Asking = Pick<Order, 'verb' | 'reboots'>;

/**
 * Whether a question is due: before a reboot, or before an order to many phones.
 * @throws Failure if one is, and there is nobody to ask
 */
export function mustAsk(
  terminal: Pick<Terminal, 'mayAsk'>,
  { verb, reboots }: Asking,
  phones: number,
  yes: boolean,
): boolean {
  if (yes || phones === 0 || (!reboots && phones <= MANY_PHONES)) return false;
  if (terminal.mayAsk) return true;
  const why = reboots ? 'a reboot' : `more than ${MANY_PHONES} phones`;
  throw usageError(
    `${verb} ${plural(phones, 'phone')}: ${why} needs --yes where nobody can be asked`,
    '--dry-run shows what would be sent',
  );
}

/**
 * Asks where that is due. False if the answer is no.
 * @throws Failure if there is nobody to ask and `--yes` was not given
 */
export async function confirm(
  terminal: Pick<Terminal, 'mayAsk' | 'stderr'>,
  order: Asking,
  phones: number,
  yes: boolean,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<boolean> {
  if (!mustAsk(terminal, order, phones, yes)) return true;
  return ask(terminal, `${order.verb} ${plural(phones, 'phone')}`, input);
}

/** Asks a question that yes and no are the answers to; all but yes is no. */
export async function ask(
  terminal: Pick<Terminal, 'stderr'>,
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const readline = createInterface({ input, output: terminal.stderr });
  const closed = new AbortController();
  readline.once('close', () => closed.abort());
  // After Ctrl-Z and fg, readline stays paused.
  readline.on('SIGCONT', () => readline.resume());
  // While it asks, readline keeps Ctrl-C to itself.
  readline.once('SIGINT', () => {
    terminal.stderr.write('\n');
    process.emit('SIGINT', 'SIGINT');
  });
  try {
    const answer = await readline.question(`${question}? [y/N] `, {
      signal: closed.signal,
    });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    // Ctrl-D leaves the question standing on its line.
    terminal.stderr.write('\n');
    return false;
  } finally {
    readline.close();
  }
}
