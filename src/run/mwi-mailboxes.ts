import { EslError } from '../esl/index.js';
import { QuestionError } from '../freeswitch/errors.js';
import type { Questions } from '../freeswitch/questions.js';
import type { BoxCount } from '../freeswitch/voicemail.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import type { Entry, Phone, PhoneSource } from '../inventory/phone.js';
import type { Registrar } from './registrar.js';

export interface MailboxesOptions {
  readonly registrar: Registrar;
  readonly questions: Pick<Questions, 'voicemail'>;
  /** If the phones are all that are registered: each mailbox comes once, and only those of phones of this domain, if given. */
  readonly everybody?: { readonly domain?: string | undefined };
}

/** Voicemail boxes that are asked for ahead: FreeSWITCH answers in turn, so more would only wait there. */
const AHEAD = 32;

/**
 * The mailboxes of phones, in place of the phones, with the counts of their messages: those of the row where it has a
 * column `new`, else those of the voicemail. A mailbox is asked for once, however often the source is read. Which one a
 * phone shows is what its registration says; one that is not registered is taken for its own.
 * @throws EslError, QuestionError while it is read, if there is no voicemail to ask or it may not be asked
 */
export function mailboxesOf(phones: PhoneSource, options: MailboxesOptions): PhoneSource {
  const counts = new Map<string, Promise<BoxCount | undefined>>();
  const countOf = (mailbox: Aor): Promise<BoxCount | undefined> => {
    const key = formatAor(mailbox);
    let count = counts.get(key);
    if (!count) {
      count = ask(mailbox, options.questions);
      counts.set(key, count);
    }
    return count;
  };
  return {
    name: phones.name,
    columns: () => phones.columns(),
    entries: async function* () {
      const ahead: Promise<Entry>[] = [];
      for await (const entry of entriesOf(phones, options)) {
        const counted = entry.kind === 'phone' ? withCounts(entry.phone, countOf) : Promise.resolve(entry);
        // Its failure is known when its turn comes, or another's has ended all.
        counted.catch(() => {});
        ahead.push(counted);
        const [first] = ahead.length > AHEAD ? ahead.splice(0, 1) : [];
        if (first) yield await first;
      }
      for (const rest of ahead) yield await rest;
    },
    close: () => phones.close(),
  };
}

async function* entriesOf(
  phones: PhoneSource,
  { registrar, everybody }: MailboxesOptions,
): AsyncGenerator<Entry, void> {
  const seen = new Set<string>();
  for await (const entry of phones.entries()) {
    if (entry.kind === 'problem') {
      yield entry;
      continue;
    }
    const { phone } = entry;
    if (everybody?.domain !== undefined && phone.aor.host !== everybody.domain) continue;
    for (const mailbox of await shownBy(phone.aor, registrar)) {
      const key = formatAor(mailbox);
      if (everybody && seen.has(key)) continue;
      if (everybody) seen.add(key);
      yield { kind: 'phone', phone: mailboxOf(mailbox, everybody ? undefined : phone) };
    }
  }
}

/** The mailboxes whose lamps a user's devices show. */
async function shownBy(aor: Aor, registrar: Registrar): Promise<readonly Aor[]> {
  const mailboxes = new Map<string, Aor>();
  for (const { mwiUser, mwiHost } of await registrar.ofUser(aor)) {
    const mailbox = { user: mwiUser, host: mwiHost };
    mailboxes.set(formatAor(mailbox), mailbox);
  }
  return mailboxes.size > 0 ? [...mailboxes.values()] : [aor];
}

/** A mailbox as a row: that of a phone without what is only true of one device. */
function mailboxOf(aor: Aor, row: Phone | undefined): Phone {
  const names = { aor: formatAor(aor), user: aor.user, domain: aor.host };
  if (!row) return { aor, columns: names };
  const { userAgent: _, ...rest } = row;
  return { ...rest, aor, columns: { ...row.columns, ...names, call_id: '', contact: '', user_agent: '' } };
}

async function withCounts(phone: Phone, countOf: (mailbox: Aor) => Promise<BoxCount | undefined>): Promise<Entry> {
  const found = phone.columns.new ? undefined : await countOf(phone.aor);
  if (!found) return { kind: 'phone', phone };
  const counts = {
    new: String(found.new),
    old: String(found.saved),
    urgent_new: String(found.urgentNew),
    urgent_old: String(found.urgentSaved),
  };
  return { kind: 'phone', phone: { ...phone, columns: { ...phone.columns, ...counts } } };
}

/** What is in a mailbox; undefined for one that can't be asked for, such as one with a `/` in its name. */
async function ask(mailbox: Aor, questions: Pick<Questions, 'voicemail'>): Promise<BoxCount | undefined> {
  let count: BoxCount | undefined;
  try {
    count = await questions.voicemail(mailbox);
  } catch (error) {
    const isOfThisOne =
      (error instanceof QuestionError && error.code === 'question') ||
      (error instanceof EslError && error.lost === 'command');
    if (isOfThisOne) return undefined;
    throw error;
  }
  if (count) return count;
  throw new QuestionError('the server has no voicemail to ask: mod_voicemail is not loaded', 'vm_boxcount', {
    hint: 'say what is in the mailboxes, by columns new and old of an inventory: -i mailboxes.csv',
  });
}
