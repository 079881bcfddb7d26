import { EslUnsafeError, PreparedCommand } from '../esl/index.js';
import { type Aor, formatAor } from '../inventory/aor.js';
import { SeenSet } from '../inventory/duplicates.js';
import type { Entry, Phone } from '../inventory/phone.js';
import { addresseeOf } from '../payload/addressee.js';
import type { Catalog } from '../payload/catalog.js';
import { checkPayload } from '../payload/check.js';
import { TemplateError } from '../payload/errors.js';
import type { Values } from '../payload/part.js';
import { type Payload, titleOf, toCommand } from '../payload/payload.js';
import type { Template } from '../payload/template.js';
import { type Identity, identify } from '../vendor/identify.js';
import { type Located, locate } from './locate.js';
import type { Choice, Order } from './order.js';
import { DUPLICATE, type Outcome, type OutcomeWord, outcomeOf, type Target, type Traits } from './outcome.js';
import { type Reach, reachOf, warningOf } from './reach.js';
import type { Registrar } from './registrar.js';

/** A phone with its order ready to be written. */
export interface PlannedOrder {
  readonly kind: 'order';
  readonly target: Target;
  readonly traits: Traits;
  readonly command: PreparedCommand;
  readonly payload: Payload;
  /** Whom it will reach; undefined if nobody was asked, or if it goes into a call. */
  readonly reach: Reach | undefined;
  readonly note: string | undefined;
  /** Whether the user's settings say what a vendor's phones are told. */
  readonly isOwn: boolean;
  /** What the user should look at, though the order is sent. */
  readonly warning: string | undefined;
}

/** One that is settled without an order. */
export interface Settled {
  readonly kind: 'settled';
  readonly outcome: Outcome;
  readonly traits: Traits;
}

export type Planned = PlannedOrder | Settled;

/** What makes orders out of the rows of a run. */
export interface Plans {
  /** Forgets which phones it has seen, for another pass over the same rows. */
  restart(): void;
  plan(entry: Entry): Promise<readonly Planned[]>;
}

export interface PlannerOptions {
  readonly order: Order;
  readonly catalog: Catalog;
  /** How outcomes name the server. */
  readonly server: string;
  /** The SIP profile of phones whose row names none. */
  readonly sipProfile: string | undefined;
  /** When the run began, for templates that tell: the same for each pass over the phones, and when it is resumed. */
  readonly began: Date;
  /** Who is registered; without it nothing is checked, and orders go to whoever may be there. */
  readonly registrar?: Registrar | undefined;
  /** Whether there is none only because the user wanted none. */
  readonly mayAsk?: boolean;
}

/** Where mod_sofia registers phones unless somebody changed it (FreeSWITCH's stock configuration). */
const STOCK_PROFILE = 'internal';

const NO_TRAITS: Traits = { device: null, model: null, firmware: null };

const ONE_DEVICE_TOLD = 'an earlier row told one device of this phone already; name the others by their call_id';

/**
 * Makes orders out of phones. Pure but for reading templates and asking the registrar, which asks nothing twice: planning
 * the same rows twice gives the same orders. One thing only the second time knows: that the first row of an extension is
 * one of several devices, which later rows tell where there is no registrar to ask.
 */
export class Planner implements Plans {
  readonly #options: PlannerOptions;
  readonly #templates = new Map<string, Template>();
  #seen = new SeenSet();
  /** Extensions of which rows name several devices, where there is no registrar to ask. Not forgotten: few, and as true in the next pass. */
  readonly #several = new Set<string>();

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Forgets which phones it has seen, for another pass over the same rows. */
  restart(): void {
    this.#seen = new SeenSet();
  }

  /**
   * What will be sent for this row, or its outcome if nothing will be: more than one where an extension has several
   * devices that are told apart.
   * @throws TemplateError if a template itself is wrong; EslError or QuestionError if the registrar can't ask
   */
  async plan(entry: Entry): Promise<readonly Planned[]> {
    if (entry.kind === 'problem') return [this.#broken(entry)];
    const { order, registrar, sipProfile } = this.#options;
    if (!registrar) return [await this.#order(this.#byRow(entry.phone))];
    const planned: Planned[] = [];
    const located = await locate(entry.phone, registrar, order, sipProfile);
    for (const found of located) planned.push(await this.#order(found, located));
    return planned;
  }

  /**
   * Where an order goes as far as the rows tell. Of a phone that is alone on its extension the Call-ID of its row may be an
   * old one; of several devices it is the only way to tell them apart.
   */
  #byRow(phone: Phone): Located {
    const callId = phone.columns.call_id;
    const found: Located = { phone, profile: undefined };
    if (!callId) return found;
    const key = keyOf(this.#target(phone, undefined));
    const isOther = this.#seen.has(`${key} by row`) && !this.#seen.has(`${key} ${callId}`);
    return isOther || this.#several.has(key) ? { ...found, device: { callId } } : found;
  }

  async #order(found: Located, all: readonly Located[] = [found]): Promise<Planned> {
    const planned = await this.#judge(found);
    return { ...planned, traits: traitsOf(found, all) };
  }

  async #judge(found: Located): Promise<Planned> {
    const drafted = await this.#draft(found);
    // What is wrong with the row itself is to be mended, registered or not.
    if (drafted.kind === 'settled' && drafted.outcome.outcome === 'invalid') return drafted;
    if (found.obstacle !== undefined) {
      return settled(drafted.kind === 'order' ? drafted.target : drafted.outcome, 'skipped', found.obstacle);
    }
    return drafted.kind === 'order' ? this.#check(drafted, found) : drafted;
  }

  async #draft(found: Located): Promise<Planned> {
    const { phone } = found;
    const target = this.#target(phone, found.profile);
    const choice = this.#options.order.choose(phone, this.#options.server);
    if (choice.kind === 'skip') {
      const { reason, vendor = null } = choice;
      const mayAsk = choice.byRegistration && this.#options.mayAsk;
      return settled({ ...target, vendor }, 'skipped', mayAsk ? `${reason}; --check asks the server` : reason);
    }
    if (choice.kind === 'invalid') return settled(target, 'invalid', choice.reason);
    const template = this.#templates.get(choice.template) ?? (await this.#load(choice.template));
    return this.#render(template, choice, found, { ...target, vendor: choice.vendor ?? null });
  }

  /** Whether it reaches somebody, and nobody twice. */
  async #check(planned: PlannedOrder, { phone, profile, registration, device, warning }: Located): Promise<Planned> {
    const { registrar } = this.#options;
    const addressee = addresseeOf(planned.payload);
    // Where a phone is nowhere, its SIP profile is our guess.
    const isNamed = profile !== undefined || phone.profile !== undefined;
    const reach = registrar && addressee && (await reachOf(addressee, registrar, registration, isNamed));
    if (reach && 'obstacle' in reach) return settled(planned.target, 'skipped', reach.obstacle);
    // Not before: a row that nothing can be sent for must not stand in for a later one of the same phone.
    const callId = addressee?.kind === 'address' ? device?.callId : addressee?.callId;
    const earlier = this.#earlier(planned.target, callId, registrar ? undefined : phone.columns.call_id);
    if (earlier !== undefined) return settled(planned.target, 'skipped', earlier);
    return { ...planned, reach, warning: warning ?? (reach && warningOf(reach, device)) };
  }

  /**
   * Why this order would be one too many, if an earlier one went to the same phone.
   * @param byRow the device that the row names, where nobody was asked
   */
  #earlier(target: Target, callId: string | undefined, byRow: string | undefined): string | undefined {
    const key = keyOf(target);
    const oneDevice = `${key} *`;
    if (callId === undefined) {
      if (!this.#seen.add(key)) return DUPLICATE;
      if (byRow) {
        this.#seen.add(`${key} by row`);
        this.#seen.add(`${key} ${byRow}`);
      }
      return this.#seen.has(oneDevice) ? ONE_DEVICE_TOLD : undefined;
    }
    this.#seen.add(oneDevice);
    const isBesideOther = byRow === callId && this.#seen.has(`${key} by row`);
    if (isBesideOther) this.#several.add(key);
    if (this.#seen.has(key) && !isBesideOther) return DUPLICATE;
    return this.#seen.add(`${key} ${callId}`) ? undefined : DUPLICATE;
  }

  async #load(name: string): Promise<Template> {
    const template = await this.#options.catalog.load(name);
    this.#templates.set(name, template);
    return template;
  }

  #render(template: Template, choice: Choice & { kind: 'template' }, found: Located, target: Target): Planned {
    try {
      const payload = template.render(this.#values(found, choice, target.profile), this.#options.began);
      const known = { ...target, event: titleOf(payload) };
      const problems = checkPayload(payload);
      if (problems.length > 0) return settled(known, 'invalid', withColumns(problems.join('; '), payload, template));
      const command = new PreparedCommand(toCommand(payload));
      const { note } = choice;
      return {
        kind: 'order',
        target: known,
        traits: NO_TRAITS,
        command,
        payload,
        note,
        isOwn: choice.isOwn ?? false,
        warning: undefined,
        reach: undefined,
      };
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof EslUnsafeError)) throw error;
      return settled(target, 'invalid', error.message);
    }
  }

  /** Flags stand against columns; who the phone is stands against all. */
  #values({ phone, profile, device }: Located, choice: Choice & { kind: 'template' }, actual: string): Values {
    const { aor, columns } = phone;
    // No spread, behind which V8 (11.3, in Node 20) is slow to add anything: this is done for every phone.
    const values: Record<string, string> = Object.assign({}, columns, choice.values);
    values.user = aor.user;
    values.host = aor.host;
    values.domain = aor.host;
    values.aor = formatAor(aor);
    values.profile = actual;
    values.named_profile = profile ?? phone.profile ?? this.#options.sipProfile ?? '';
    values.device_call_id = device?.callId ?? '';
    return values;
  }

  #target({ aor, profile, row }: Phone, found: string | undefined): Target {
    const { server, sipProfile = STOCK_PROFILE } = this.#options;
    const actual = found ?? profile ?? sipProfile;
    return { aor: formatAor(aor), server, profile: actual, vendor: null, event: null, row: row ?? null };
  }

  #broken({ aor = '', row, problems }: Entry & { kind: 'problem' }): Settled {
    const { server, sipProfile = STOCK_PROFILE } = this.#options;
    const target = { aor, server, profile: sipProfile, vendor: null, event: null, row };
    const reason = problems.map(({ column, problem }) => (column ? `${column}: ${problem}` : problem)).join('; ');
    return settled(target, 'invalid', reason);
  }
}

/** By what two orders go to the same phone, its device aside. */
function keyOf({ aor, profile }: Target): string {
  return `${aor} ${profile}`;
}

/** By what two rows are the same phone. FreeSWITCH tells domains apart by their case (mod_sofia.c looks them up in SQL). */
export function phoneKey({ user, host }: Aor, profile = STOCK_PROFILE): string {
  return `${user}@${host} ${profile}`;
}

/** The outcome of a phone to which nothing was written. */
export function settled(target: Target, outcome: OutcomeWord, reason: string | null, traits = NO_TRAITS): Settled {
  return { kind: 'settled', outcome: outcomeOf(target, { outcome, reason }), traits };
}

/** Of a phone whose User-Agent tells nothing. */
const NOBODY: Partial<Identity> = {};

function traitsOf({ phone: { columns, userAgent }, device }: Located, all: readonly Located[]): Traits {
  const { model = columns.model, firmware = columns.firmware } = (userAgent && identify(userAgent)) || NOBODY;
  const traits = { device: device?.callId ?? null, model: model || null, firmware: firmware || null };
  if (!device || all.length < 2) return traits;
  return { ...traits, devices: all.flatMap((one) => one.device?.callId ?? []) };
}

function withColumns(problem: string, payload: Payload, template: Template): string {
  const empty = template.source.headers.filter(({ name }) => !payload.headers.some(([present]) => present === name));
  const columns = new Set(
    empty.filter(({ name }) => problem.includes(name)).flatMap(({ name }) => template.namesOf(name)),
  );
  return columns.size > 0 ? `${problem} (empty: ${[...columns].join(', ')})` : problem;
}
