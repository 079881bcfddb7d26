import { setTimeout as wait } from 'node:timers/promises';
import { EslError, type OutboundCall } from '../../esl/index.js';
import { QuestionError } from '../../freeswitch/errors.js';
import { Questions } from '../../freeswitch/questions.js';
import type { Registration } from '../../freeswitch/registration.js';
import { formatAor } from '../../inventory/aor.js';
import type { Catalog } from '../../payload/catalog.js';
import { TemplateError } from '../../payload/errors.js';
import { attempt, notSent } from '../attempt.js';
import { Calls } from '../calls.js';
import type { Journal } from '../journal/journal.js';
import type { Dialled } from '../journal/record.js';
import type { Outcome, Target, Traits } from '../outcome.js';
import { REAL_CLOCK } from '../pace.js';
import { type PlannedOrder, Planner, settled } from '../plan.js';
import { Registrar } from '../registrar.js';
import { type Action, orderOf, type Switching, switchingOf } from './actions.js';
import { type Caller, callerOf, deviceOf, type Identity } from './caller.js';
import type { Limiter } from './limiter.js';
import type { Switches } from './switches.js';

export interface AttendantOptions {
  /** What each number does. */
  readonly codes: ReadonlyMap<string, Action>;
  readonly identity: Identity;
  readonly limiter: Limiter;
  readonly switches: Pick<Switches, 'isOn' | 'set'>;
  readonly catalog: Catalog;
  readonly journal: Pick<Journal, 'intent' | 'outcome'>;
  /** What the caller hears: what the application `playback` takes; empty for silence. */
  readonly sounds: { readonly confirm: string; readonly deny: string };
  /** Hears of every call, once for each order that came of it, or for why none did. */
  readonly onEntry: (entry: CodeEntry) => void;
}

/** What became of a call. */
export interface CodeEntry extends Outcome, Dialled {}

/** Something happens after the call's end, so FreeSWITCH keeps the socket for so long, seconds. */
const LINGER_S = 60;
/** A sound is waited for no longer, milliseconds. */
const LONGEST_SOUND_MS = 20_000;
/** Of another call of a phone that is to restart, milliseconds. */
const CALL_ENDS_MS = 10_000;

const NO_TRAITS: Traits = { device: null, model: null, firmware: null };

/**
 * Has the calls of phones that dial a feature code: finds out who calls and from which device, gives the order for just
 * that one, lets the caller hear how it went, and hangs up. All of it goes over the socket of the call, so that it reaches the
 * FreeSWITCH where the call is, with no password; and somebody who only pretends to be one gets his own orders back.
 */
export class Attendant {
  readonly #options: AttendantOptions;
  #calls = 0;

  constructor(options: AttendantOptions) {
    this.#options = options;
  }

  /** Has one call, from its beginning to behind its end. @throws JournalError, after which no more calls should be had */
  async attend(call: OutboundCall): Promise<void> {
    const visit = new Visit(call, ++this.#calls, this.#options);
    await visit.carryOut();
  }
}

/** Why nothing is sent; and whether its caller is known, and gets to hear it. */
class Refusal {
  readonly reason: string;
  readonly isKnown: boolean;

  constructor(reason: string, isKnown = true) {
    this.reason = reason;
    this.isKnown = isKnown;
  }
}

class Visit {
  readonly #call: OutboundCall;
  readonly #options: AttendantOptions;
  readonly #dialled: Dialled;
  #target: Target;

  constructor(call: OutboundCall, number: number, options: AttendantOptions) {
    this.#call = call;
    this.#options = options;
    this.#dialled = { call: call.uuid, code: call.headers.get('caller-destination-number') ?? '' };
    const server = call.headers.get('freeswitch-switchname') ?? call.name;
    const profile = call.variable('sofia_profile_name') ?? '-';
    // The number of the call tells entries of the same phone apart.
    this.#target = { aor: 'unknown', server, profile, vendor: null, event: null, row: number };
  }

  async carryOut(): Promise<void> {
    const refusal = await this.#obey().catch((error: unknown) => {
      if (!(error instanceof EslError || error instanceof QuestionError || error instanceof TemplateError)) throw error;
      return new Refusal(error.message);
    });
    if (!refusal) return;
    this.#note(settled(this.#target, 'skipped', refusal.reason).outcome, NO_TRAITS);
    if (refusal.isKnown) await this.#play(this.#options.sounds.deny);
    await this.#hangUp(refusal.isKnown ? undefined : 'CALL_REJECTED');
  }

  async #obey(): Promise<Refusal | undefined> {
    const call = this.#call;
    const { codes, identity, limiter, switches } = this.#options;
    const caller = callerOf(call.headers, identity);
    if (typeof caller === 'string') return new Refusal(`${caller}${this.#claim}`, false);
    const aor = formatAor(caller.aor);
    this.#target = { ...this.#target, aor };
    if (!limiter.admits(aor)) return new Refusal('too many calls', false);
    if (call.control !== 'full') return new Refusal('the dialplan hands over its call without "full"');
    const action = codes.get(this.#dialled.code);
    if (action === undefined) return new Refusal(`${this.#dialled.code || 'nothing'} is no code`);
    await call.linger(LINGER_S);
    const switching = switchingOf(action, (feature) => switches.isOn(feature, aor));
    const planned = await this.#plan(caller, action, switching);
    if (planned instanceof Refusal) return planned;
    if (action === 'reboot') await this.#afterCall(planned);
    else await this.#duringCall(planned, switching);
    return undefined;
  }

  /** Who an unknown caller says to be. */
  get #claim(): string {
    const [user, host] = [this.#call.variable('sip_from_user'), this.#call.variable('sip_from_host')];
    return user === undefined ? '' : `; its From says ${user}@${host}`;
  }

  /** The orders for the caller's own phone. */
  async #plan(
    caller: Caller,
    action: Action,
    switching: Switching | undefined,
  ): Promise<readonly PlannedOrder[] | Refusal> {
    const questions = new Questions(this.#call.connection);
    const registrar = await Registrar.open(questions);
    const order = orderOf(action, switching);
    const device = order.byVendor ? deviceOf(caller, await registrar.ofUser(caller.aor, caller.profile)) : undefined;
    if (typeof device === 'string') return new Refusal(device);
    const { catalog } = this.#options;
    const planner = new Planner({ order, catalog, server: this.#target.server, sipProfile: caller.profile, registrar });
    const planned = await planner.plan({ kind: 'phone', phone: phoneOf(caller, device, this.#target.row) });
    const orders = planned.filter((one): one is PlannedOrder => one.kind === 'order');
    const [first] = planned;
    if (orders.length > 0 || first?.kind !== 'settled') return orders;
    const { profile, vendor, event } = first.outcome;
    this.#target = { ...this.#target, profile, vendor, event };
    return new Refusal(first.outcome.reason ?? first.outcome.outcome);
  }

  async #duringCall(orders: readonly PlannedOrder[], switching: Switching | undefined): Promise<void> {
    const { sounds, switches } = this.#options;
    const went = await this.#sendAll(orders);
    // Not after the sound: the next call of this phone may be there by then.
    if (went && switching) await switches.set(switching.feature, this.#target.aor, switching.to);
    await this.#play(went ? sounds.confirm : sounds.deny);
    await this.#hangUp();
  }

  /** A phone that restarts loses its call, and one in another call must not: so it is told when all have ended. */
  async #afterCall(orders: readonly PlannedOrder[]): Promise<void> {
    const call = this.#call;
    await this.#play(this.#options.sounds.confirm);
    await this.#hangUp();
    await Promise.race([call.hungUp, wait(CALL_ENDS_MS, undefined, { ref: false })]);
    const questions = new Questions(call.connection);
    // As long as its socket lingers, FreeSWITCH lists the call that has ended.
    const others = async () => (await questions.channels()).filter(({ uuid }) => uuid !== call.uuid);
    const calls = new Calls({ channels: others }, REAL_CLOCK);
    const free: PlannedOrder[] = [];
    for (const order of orders) {
      if (await calls.end(order, CALL_ENDS_MS, new AbortController().signal)) free.push(order);
      else this.#note(settled(order.target, 'skipped', 'in another call').outcome, order.traits);
    }
    await this.#sendAll(free);
  }

  /** Whether all were accepted. */
  async #sendAll(orders: readonly PlannedOrder[]): Promise<boolean> {
    let went = true;
    for (const { target, traits, command } of orders) {
      await this.#options.journal.intent(target, traits, this.#dialled);
      const { connection } = this.#call;
      const came = connection.open
        ? await attempt(connection, command)
        : notSent('the socket of the call has been closed');
      this.#note({ ...target, sipStatus: null, ...came }, traits);
      went &&= came.outcome === 'accepted';
    }
    return went;
  }

  #note(outcome: Outcome, traits: Traits): void {
    this.#options.journal.outcome(outcome, traits, this.#dialled);
    this.#options.onEntry({ ...outcome, ...this.#dialled });
  }

  /** Lets the caller hear something, who may hang up at any time. */
  async #play(sound: string): Promise<void> {
    const call = this.#call;
    if (sound === '') return;
    try {
      await call.execute({ application: 'answer' });
      const played = call.executeToEnd({ application: 'playback', argument: sound }, { timeoutMs: LONGEST_SOUND_MS });
      await Promise.race([played, call.hungUp]);
      played.catch(() => {});
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
    }
  }

  async #hangUp(cause?: string): Promise<void> {
    if (this.#call.connection.open) await this.#call.hangUp(cause).catch(() => {});
  }
}

function phoneOf({ aor, profile }: Caller, device: Registration | undefined, row: number | null) {
  const { user, host } = aor;
  const columns = { aor: formatAor(aor), user, domain: host, ...(device && { call_id: device.callId }) };
  return { aor, ...(profile !== undefined && { profile }), columns, ...(row !== null && { row }) };
}
