import { hostProblem, userProblem } from '../inventory/aor.js';
import { Failure, toFailure } from './failure.js';
import { CsvPhoneWriter, JsonPhoneWriter, type PhoneWriter } from './output/registrations.js';
import { plural } from './plural.js';
import { type RegisteredPhones, type RegistrationFlags, withRegistrations } from './registrations.js';
import { printable, type Terminal } from './terminal.js';

/**
 * Writes who is registered, as it comes.
 * @throws EslError, QuestionError, ConfigError, WhereError, Failure
 */
export async function exportRegistrations(
  flags: RegistrationFlags & { readonly json: boolean },
  terminal: Terminal,
): Promise<void> {
  await withRegistrations(flags, async (registered) => {
    const { server, stream } = registered;
    const writer = flags.json ? new JsonPhoneWriter(terminal, server) : new CsvPhoneWriter(terminal);
    const { written, unnameable } = await writeAll(registered, writer, terminal);
    if (terminal.broken) return;
    await writer.end(stream.unreadable);
    await terminal.flush();
    for (const line of remarks(registered, written, unnameable)) terminal.say(printable(line));
  });
}

async function writeAll({ phones }: RegisteredPhones, writer: PhoneWriter, terminal: Terminal) {
  let written = 0;
  let unnameable = 0;
  try {
    for await (const entry of phones.entries()) {
      if (terminal.broken) break;
      if (entry.kind === 'problem') continue;
      const { user, host } = entry.phone.aor;
      if (userProblem(user) || hostProblem(host)) unnameable++;
      await writer.phone(entry.phone);
      written++;
    }
  } catch (error) {
    await writer.fail(error);
    throw written > 0 ? incomplete(error, written) : error;
  }
  return { written, unnameable };
}

function incomplete(error: unknown, written: number): Failure {
  const { message, exitCode, hint } = toFailure(error);
  return new Failure(`${message}; the output breaks off after ${plural(written, 'phone')}`, exitCode, { hint });
}

function remarks({ server, stream }: RegisteredPhones, written: number, unnameable: number): string[] {
  const { count, unreadable } = stream;
  const lines: string[] = [];
  if (written === 0) {
    const none = count === 0 ? 'nobody is registered' : `none of ${plural(count, 'registration')} is selected`;
    lines.push(`note: ${none} at ${server}`);
  }
  if (unreadable > 0)
    lines.push(
      `warning: ${plural(unreadable, 'registration')} left out, as ${unreadable === 1 ? 'it' : 'they'} can't be read`,
    );
  if (unnameable > 0) {
    lines.push(`warning: ${plural(unnameable, 'phone')} with a user or domain that inventory check will call wrong`);
  }
  return lines;
}
