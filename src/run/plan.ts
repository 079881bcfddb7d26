import { EslUnsafeError, PreparedCommand } from '../esl/index.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import { SeenSet } from '../inventory/duplicates.js';
import type { Entry, Phone } from '../inventory/phone.js';
import type { Catalog } from '../payload/catalog.js';
import { checkPayload } from '../payload/check.js';
import { TemplateError } from '../payload/errors.js';
import type { Values } from '../payload/part.js';
import { type Payload, titleOf, toCommand } from '../payload/payload.js';
import type { Template } from '../payload/template.js';
import type { Choice, Order } from './order.js';
import { DUPLICATE, type Outcome, type OutcomeWord } from './outcome.js';

/** What is known of a phone before anything is sent to it. */
export type Target = Pick<Outcome, 'aor' | 'server' | 'profile' | 'vendor' | 'event' | 'row'>;

/** A phone with its order ready to be written, or one that is settled without. */
export type Planned =
  | {
      readonly kind: 'order';
      readonly target: Target;
      readonly command: PreparedCommand;
      readonly note: string | undefined;
    }
  | { readonly kind: 'settled'; readonly outcome: Outcome };

export interface PlannerOptions {
  readonly order: Order;
  readonly catalog: Catalog;
  /** How outcomes name the server. */
  readonly server: string;
  /** The SIP profile of phones whose row names none. */
  readonly sipProfile: string | undefined;
}

/** Where mod_sofia registers phones unless somebody changed it (FreeSWITCH's stock configuration). */
const STOCK_PROFILE = 'internal';

/** Makes orders out of phones. Pure but for reading templates: planning the same rows twice gives the same orders. */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #templates = new Map<string, Template>();
  #seen = new SeenSet();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Forgets which phones it has seen, for another pass over the same rows. */
  restart(): void {
    this.#seen = new SeenSet();
  }

  /**
   * What will be sent for this row, or its outcome if nothing will be.
   * @throws TemplateError if a template itself is wrong
   */
  async plan(entry: Entry): Promise<Planned> {
    if (entry.kind === 'problem') return this.#broken(entry);
    const { phone } = entry;
    const target = this.#target(phone);
    const choice = this.#options.order.choose(phone);
    if (choice.kind === 'skip') return settled({ ...target, vendor: choice.vendor ?? null }, 'skipped', choice.reason);
    if (choice.kind === 'invalid') return settled(target, 'invalid', choice.reason);
    const vendor = choice.vendor ?? null;
    const template = this.#templates.get(choice.template) ?? (await this.#load(choice.template));
    const planned = this.#render(template, choice, phone, { ...target, vendor });
    // Not before: a row that nothing can be sent for must not stand in for a later one of the same phone.
    if (planned.kind === 'order' && !this.#seen.add(phoneKey(phone.aor, target.profile))) {
      return settled(target, 'skipped', DUPLICATE);
    }
    return planned;
  }

  async #load(name: string): Promise<Template> {
    const template = await this.#options.catalog.load(name);
    this.#templates.set(name, template);
    return template;
  }

  #render(template: Template, choice: Choice & { kind: 'template' }, phone: Phone, target: Target): Planned {
    try {
      const payload = template.render(this.#values(phone, choice, target.profile));
      const known = { ...target, event: titleOf(payload) };
      const problems = checkPayload(payload);
      if (problems.length > 0) return settled(known, 'invalid', withColumns(problems.join('; '), payload, template));
      const command = new PreparedCommand(toCommand(payload));
      return { kind: 'order', target: known, command, note: choice.note };
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof EslUnsafeError)) throw error;
      return settled(target, 'invalid', error.message);
    }
  }

  /** Flags stand against columns; who the phone is stands against all. */
  #values({ aor, profile, columns }: Phone, choice: Choice & { kind: 'template' }, actual: string): Values {
    return {
      ...columns,
      ...choice.values,
      user: aor.user,
      host: aor.host,
      domain: aor.host,
      aor: formatAor(aor),
      profile: actual,
      named_profile: profile ?? this.#options.sipProfile ?? '',
    };
  }

  #target({ aor, profile, row }: Phone): Target {
    const { server, sipProfile = STOCK_PROFILE } = this.#options;
    return { aor: formatAor(aor), server, profile: profile ?? sipProfile, vendor: null, event: null, row: row ?? null };
  }

  #broken({ aor = '', row, problems }: Entry & { kind: 'problem' }): Planned {
    const { server, sipProfile = STOCK_PROFILE } = this.#options;
    const target = { aor, server, profile: sipProfile, vendor: null, event: null, row };
    const reason = problems.map(({ column, problem }) => (column ? `${column}: ${problem}` : problem)).join('; ');
    return settled(target, 'invalid', reason);
  }
}

/** By what two rows are the same phone. FreeSWITCH tells domains apart by their case (mod_sofia.c looks them up in SQL). */
export function phoneKey({ user, host }: Aor, profile = STOCK_PROFILE): string {
  return `${user}@${host} ${profile}`;
}

/** The outcome of a phone to which nothing was written. */
export function settled(target: Target, outcome: OutcomeWord, reason: string | null): Planned & { kind: 'settled' } {
  return { kind: 'settled', outcome: { ...target, outcome, reason, sipStatus: null, eventUuid: null, ms: null } };
}

function withColumns(problem: string, payload: Payload, template: Template): string {
  const empty = template.source.headers.filter(({ name }) => !payload.headers.some(([present]) => present === name));
  const columns = new Set(
    empty.filter(({ name }) => problem.includes(name)).flatMap(({ name }) => template.namesOf(name)),
  );
  return columns.size > 0 ? `${problem} (empty: ${[...columns].join(', ')})` : problem;
}
