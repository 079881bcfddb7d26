import { Questions } from '../freeswitch/questions.js';
import type { Entry, Phone, PhoneSource } from '../inventory/phone.js';
import { type Census, census } from '../run/census.js';
import { compare, type Difference, type DifferenceKind } from '../run/compare.js';
import { vendorOf } from '../run/dialect-order.js';
import { Registrar } from '../run/registrar.js';
import { RegistrationStream } from '../run/registration-stream.js';
import { type ConnectionFlags, type Connector, connectorFor } from './connector.js';
import { EXIT } from './exit-codes.js';
import { usageError } from './failure.js';
import { judgeCount } from './judge.js';
import { type DiffWriter, JsonDiffWriter, QuietDiffWriter, TextDiffWriter } from './output/diff.js';
import { narrow, openPhones, type SelectionFlags } from './phones.js';
import { plural } from './plural.js';
import { runningProfiles } from './registrations.js';
import { judgeServers } from './servers.js';
import type { Terminal } from './terminal.js';
import { wrongRowsFailure } from './wrong-rows.js';

export type DiffFlags = ConnectionFlags &
  SelectionFlags & {
    readonly 'sip-profile'?: string | undefined;
    readonly 'skip-invalid': boolean;
    readonly quiet: boolean;
    readonly json: boolean;
  };

/** The rows of a file that are compared, and how many they are. */
interface Selected {
  readonly census: Census;
  readonly has: (phone: Phone) => boolean;
}

/**
 * Compares an inventory with who is registered, and writes how they differ.
 * @returns the exit code
 * @throws EslError, QuestionError, InventoryError, WhereError, ConfigError, Failure
 */
export async function diffInventory(flags: DiffFlags, terminal: Terminal): Promise<number> {
  const connector = await connectorFor(flags);
  const { where: _where, limit: _limit, ...whole } = flags;
  const file = await openPhones([], whole);
  try {
    const selected = await look(file, flags);
    return await ask(connector, file, selected, flags, terminal);
  } finally {
    await file.close();
  }
}

/** Finds out which rows are meant, and whether one of them is wrong, before a server is asked. */
async function look(file: PhoneSource, flags: DiffFlags): Promise<Selected> {
  const rows = new Set<number>();
  const servers = new Set<string>();
  const isWhole = flags.where === undefined && flags.limit === undefined;
  async function* noted(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      if (entry.kind === 'phone') {
        const { row, server } = entry.phone;
        if (!isWhole && row !== undefined) rows.add(row);
        if (server !== undefined) servers.add(server);
      }
      yield entry;
    }
  }
  const found = await census(noted(narrow(file, flags).entries()));
  judgeCount(found.phones + found.wrong, file, { ...flags, 'dry-run': false });
  judgeServers(servers, file.name, flags.host);
  if (found.wrong > 0 && !flags['skip-invalid']) {
    throw wrongRowsFailure(found, file.name, 'mend them, or compare the others with --skip-invalid');
  }
  const isGood = (phone: Phone): boolean => vendorOf(phone).kind !== 'invalid';
  return { census: found, has: (phone) => isGood(phone) && (isWhole || rows.has(phone.row ?? 0)) };
}

async function ask(
  connector: Connector,
  file: PhoneSource,
  selected: Selected,
  flags: DiffFlags,
  terminal: Terminal,
): Promise<number> {
  const connection = await connector.open();
  try {
    const questions = new Questions(connection);
    const registrar = await Registrar.open(questions);
    const sipProfile = flags['sip-profile'];
    if (sipProfile !== undefined && !registrar.profile(sipProfile)) {
      throw usageError(`--sip-profile: ${registrar.noProfile(sipProfile)}`);
    }
    const writer = writerFor(flags, terminal, { file: file.name, server: connector.name });
    const stream = new RegistrationStream(questions, runningProfiles(registrar));
    const entries = file.entries();
    const options = { entries, isSelected: selected.has, registrations: stream.all(), registrar, sipProfile };
    const counts = await writeAll(compare(options), writer, terminal);
    const { 'several-devices': _harmless, ...wrong } = counts;
    const same = Object.values(wrong).every((count) => count === 0);
    await writer.end({ phones: selected.census.phones, registrations: stream.count, counts, same });
    if (stream.unreadable > 0) {
      const unreadable = plural(stream.unreadable, 'registration');
      terminal.say(`warning: ${unreadable} can't be read; their phones seem not registered`);
    }
    return same ? EXIT.ok : EXIT.short;
  } finally {
    await connection.close();
  }
}

async function writeAll(
  differences: AsyncIterable<Difference>,
  writer: DiffWriter,
  terminal: Terminal,
): Promise<Record<DifferenceKind, number>> {
  const counts = { missing: 0, unlisted: 0, 'other-vendor': 0, 'several-devices': 0 };
  try {
    // Counted to the end also if nobody reads them any more: the exit code tells.
    for await (const difference of differences) {
      counts[difference.kind]++;
      if (!terminal.broken) await writer.difference(difference);
    }
  } catch (error) {
    await writer.fail(error);
    throw error;
  }
  return counts;
}

function writerFor(
  { json, quiet }: Pick<DiffFlags, 'json' | 'quiet'>,
  terminal: Terminal,
  head: { file: string; server: string },
): DiffWriter {
  if (json) return new JsonDiffWriter(terminal, head);
  return quiet ? new QuietDiffWriter(terminal, head) : new TextDiffWriter(terminal, head);
}
