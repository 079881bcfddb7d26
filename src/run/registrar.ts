import type { SipProfile } from '../freeswitch/profiles.js';
import type { Questions } from '../freeswitch/questions.js';
import type { Registration } from '../freeswitch/registration.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import { alternatives, near } from '../inventory/near.js';
import { isMailboxOf, RegistrationIndex } from './registration-index.js';

/**
 * Asking for one AOR costs FreeSWITCH about as much as so many rows of the listing of everybody (measured on 1.10.12).
 */
const ROWS_PER_QUESTION = 40;
/** So few AORs are asked for one by one without a look at how many are registered. */
const FEW = 4;
/** More AORs than this are not asked for one by one. */
export const MANY = 1000;
/** A listing of so many is asked for without much thought: some 15 MB, and a sixth of a second of FreeSWITCH's time. */
const CHEAP_ROWS = 20_000;
/** Users that are looked up in the directory to say why they are not registered; each look-up may cost a database. */
const MAX_EXPLAINED = 50;

/**
 * Who is registered at one server: the answers to what a run has to know before it sends. Asks one by one or for all,
 * whichever is cheaper, and asks nothing twice: what a run was planned by is what it is carried out by.
 */
export class Registrar {
  readonly #questions: Questions;
  readonly #profiles: readonly SipProfile[];
  readonly #asked = new Map<string, Promise<readonly Registration[]>>();
  readonly #explained = new Map<string, Promise<string>>();
  #unreadable = 0;
  #counted: Promise<number> | undefined;
  #index: Promise<RegistrationIndex> | undefined;

  private constructor(questions: Questions, profiles: readonly SipProfile[]) {
    this.#questions = questions;
    this.#profiles = profiles;
  }

  /** @throws EslError, QuestionError */
  static async open(questions: Questions): Promise<Registrar> {
    return new Registrar(questions, await questions.profiles());
  }

  /** Those that are running. */
  get profiles(): readonly SipProfile[] {
    return this.#profiles;
  }

  /** Registrations that the server listed in a way that can't be read: phones of theirs seem not registered. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** The SIP profile of this name or alias; case counts, as in `sofia_glue_find_profile`. */
  profile(name: string): SipProfile | undefined {
    return this.#profiles.find((profile) => profile.name === name || profile.aliases.includes(name));
  }

  /** Why there is no SIP profile of this name, and which there are. */
  noProfile(name: string): string {
    const names = this.#profiles.flatMap((profile) => [profile.name, ...profile.aliases]);
    const close = near(name, names);
    const there = close.length > 0 ? `; near it: ${alternatives(close)}` : `; there are ${names.join(', ') || 'none'}`;
    return `no SIP profile "${name}"${there}`;
  }

  /** Whether it has asked for everybody. */
  get knowsAll(): boolean {
    return this.#index !== undefined;
  }

  /** Asks for all that will be needed: for these AORs, or for everybody if they are too many. */
  async prepare(aors: readonly Aor[] | undefined): Promise<void> {
    if (aors === undefined || (aors.length > FEW && (await this.#isCheaperAtOnce(aors.length)))) {
      await this.everybody();
    } else {
      await Promise.all(aors.map((aor) => this.ofUser(aor)));
    }
  }

  /** The registrations of an AOR, on one SIP profile or on all. */
  async ofUser(aor: Aor, profile?: string): Promise<readonly Registration[]> {
    const index = await this.#index;
    return onProfile(index ? index.ofUser(aor) : await this.#ask(aor), profile);
  }

  /** The registrations whose lamp belongs to this mailbox, on one SIP profile or on all. */
  async ofMailbox(aor: Aor, profile?: string): Promise<readonly Registration[]> {
    const index = await this.#index;
    const own = index ? [] : (await this.#ask(aor)).filter((row) => isMailboxOf(row, aor));
    if (own.length > 0) return onProfile(own, profile);
    // The mailbox may be that of a phone of another name, and FreeSWITCH can't be asked for one by that.
    return onProfile((await this.everybody()).ofMailbox(aor), profile);
  }

  /** As `ofMailbox`, with the phones of other names too, unless so many are registered that asking for all is dear. */
  async allOfMailbox(aor: Aor, profile?: string): Promise<readonly Registration[]> {
    if (!this.#index && (await this.#count()) <= CHEAP_ROWS) await this.everybody();
    return this.ofMailbox(aor, profile);
  }

  /** All registrations of all running SIP profiles. */
  everybody(): Promise<RegistrationIndex> {
    this.#index ??= this.#readAll();
    return this.#index;
  }

  /** Why this AOR can't be reached there, for people. */
  whyNot(aor: Aor, profile?: string): Promise<string> {
    const key = `${formatAor(aor)} ${profile ?? ''}`;
    let reason = this.#explained.get(key);
    if (!reason) {
      reason = this.#explain(aor, profile, this.#explained.size < MAX_EXPLAINED);
      if (this.#explained.size < MAX_EXPLAINED) this.#explained.set(key, reason);
    }
    return reason;
  }

  async #explain(aor: Aor, profile: string | undefined, mayAsk: boolean): Promise<string> {
    const where = profile === undefined ? '' : ` on ${profile}`;
    const elsewhere = new Set((await this.ofUser(aor)).map((row) => row.profile));
    if (elsewhere.size > 0) return `not registered${where}, but on ${[...elsewhere].join(' and ')}`;
    const hosts = (await this.#index)?.hosts ?? new Set(this.#profiles.flatMap(({ aliases }) => aliases));
    const other = near(aor.host, hosts).find((host) => host !== aor.host);
    const unknown = !mayAsk || (await this.#isUser(aor)) ? '' : `; the directory has no user ${formatAor(aor)}`;
    const hint = other !== undefined && !hosts.has(aor.host) ? `; a domain near it: ${other}` : '';
    return `not registered${where}${unknown}${hint}`;
  }

  /** Whether the directory has this user, or may not be asked. */
  #isUser(aor: Aor): Promise<boolean> {
    return this.#questions.userExists(aor).catch(() => true);
  }

  async #isCheaperAtOnce(aors: number): Promise<boolean> {
    if (aors > MANY) return true;
    return (await this.#count()) < aors * this.#running.length * ROWS_PER_QUESTION;
  }

  /** How many are registered. */
  #count(): Promise<number> {
    this.#counted ??= Promise.all(this.#running.map(({ name }) => this.#questions.profileStatus(name))).then((states) =>
      states.reduce((sum, state) => sum + (state?.registrations ?? 0), 0),
    );
    return this.#counted;
  }

  get #running(): readonly SipProfile[] {
    return this.#profiles.filter(({ running }) => running);
  }

  #ask(aor: Aor): Promise<readonly Registration[]> {
    const key = formatAor(aor);
    let rows = this.#asked.get(key);
    if (!rows) {
      rows = Promise.all(this.#running.map(({ name }) => this.#questions.registrationsOf(aor, name))).then((found) =>
        found.flat(),
      );
      this.#asked.set(key, rows);
    }
    return rows;
  }

  async #readAll(): Promise<RegistrationIndex> {
    const index = new RegistrationIndex();
    for (const { name } of this.#running) {
      const rows = this.#questions.registrations(name, () => this.#unreadable++);
      for await (const registration of rows) index.add(registration);
    }
    return index;
  }
}

function onProfile(rows: readonly Registration[], profile: string | undefined): readonly Registration[] {
  return profile === undefined ? rows : rows.filter((row) => row.profile === profile);
}
