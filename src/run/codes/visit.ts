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
import { isRebootWord } from '../order.js';
import { type Outcome, outcomeOf, type Target, type Traits } from '../outcome.js';
import { REAL_CLOCK } from '../pace.js';
import { type PlannedOrder, Planner, settled } from '../plan.js';
import { Registrar } from '../registrar.js';
import type { Turns } from '../turns.js';
import { type Action, orderOf, type Switching, switchingOf } from './actions.js';
import { type Caller, callerOf, deviceOf, type Identity } from './caller.js';
import type { Limiter } from './limiter.js';
import { type Switches, SwitchesError } from './switches.js';
import type { Unheard } from './unheard.js';

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

/** What the calls of an attendant share. */
export interface Desk extends AttendantOptions {
  /** Of each caller: two calls that toggle at once must not both find it off. */
  readonly turns: Turns;
  readonly unheard: Unheard;
}

/** Something happens after the call's end, so FreeSWITCH keeps the socket for so long, seconds. */
const LINGER_S = 60;
/** A sound is waited for no longer, milliseconds. */
const LONGEST_SOUND_MS = 10_000;
/** How long the calls of a phone that is to restart may take to end, milliseconds. */
const CALL_ENDS_MS = 10_000;
/** How long FreeSWITCH may take to answer to a hang-up; then the end of the socket has to do, milliseconds. */
const HANG_UP_MS = 3000;
/** What a call says of itself is kept only so far, characters: anybody may say anything. */
const LONGEST_TEXT = 120;

const NO_TRAITS: Traits = { device: null, model: null, firmware: null };

/** Why nothing is sent; and whether its caller gets to hear it. */
class Refusal {
  readonly reason: string;
  readonly isHeard: boolean;

  constructor(reason: string, isHeard = true) {
    this.reason = reason;
    this.isHeard = isHeard;
  }
}

/** How it went with the orders, and why what they switched will be forgotten, if so. */
interface Went {
  readonly accepted: boolean;
  readonly forgotten?: SwitchesError;
}

/** One call, from its beginning to behind its end. */
export class Visit {
  readonly #call: OutboundCall;
  readonly #desk: Desk;
  readonly #dialled: Dialled;
  #target: Target;

  constructor(call: OutboundCall, number: number, desk: Desk) {
    this.#call = call;
    this.#desk = desk;
    this.#dialled = { call: cut(call.uuid), code: cut(call.headers.get('caller-destination-number') ?? '') };
    const server = cut(call.headers.get('freeswitch-switchname') ?? call.name);
    const profile = cut(call.variable('sofia_profile_name') ?? '-');
    // The number of the call tells entries of the same phone apart.
    this.#target = { aor: 'unknown', server, profile, vendor: null, event: null, row: number };
  }

  async carryOut(): Promise<void> {
    const refusal = await this.#obey().catch((error: unknown) => {
      const isExpected = error instanceof EslError || error instanceof QuestionError || error instanceof TemplateError;
      if (!isExpected) throw error;
      return new Refusal(error.message);
    });
    if (!refusal) return;
    const reason = refusal.isHeard ? refusal.reason : this.#desk.unheard.count(refusal.reason);
    if (reason !== undefined) this.#note(settled(this.#target, 'skipped', reason).outcome, NO_TRAITS);
    if (refusal.isHeard) await this.#play(this.#desk.sounds.deny);
    await this.#hangUp(refusal.isHeard ? undefined : 'CALL_REJECTED');
  }

  async #obey(): Promise<Refusal | undefined> {
    const call = this.#call;
    const { codes, identity, limiter, sounds } = this.#desk;
    const caller = callerOf(call.headers, identity);
    if (typeof caller === 'string') return new Refusal(`${caller}${this.#claim}`, false);
    const aor = formatAor(caller.aor);
    this.#target = { ...this.#target, aor };
    if (!limiter.admits(aor)) return new Refusal('too many calls', false);
    if (call.control !== 'full') return new Refusal('the dialplan hands over its call without "full"');
    const action = codes.get(this.#dialled.code);
    if (action === undefined) return new Refusal(`${this.#dialled.code || 'nothing'} is no code`);
    await call.linger(LINGER_S);
    let planned: readonly PlannedOrder[] | undefined;
    if (action === 'reboot' || action === 'resync') {
      const orders = await this.#plan(caller, action);
      if (orders instanceof Refusal) return orders;
      planned = orders;
      // A resync may restart the phone as well, by its make or by what the settings say.
      if (action === 'reboot' || planned.some(({ target }) => isRebootWord(target.event ?? ''))) {
        await this.#afterCall(planned);
        return undefined;
      }
    }
    const went = await this.#desk.turns.take(aor, () => this.#duringCall(caller, action, planned));
    if (went instanceof Refusal) return went;
    await this.#play(went.accepted ? sounds.confirm : sounds.deny);
    await this.#hangUp();
    if (went.forgotten) throw went.forgotten;
    return undefined;
  }

  /** Who an unknown caller says to be. */
  get #claim(): string {
    const [user, host] = [this.#call.variable('sip_from_user'), this.#call.variable('sip_from_host')];
    return user === undefined ? '' : cut(`; its From says ${user}@${host}`);
  }

  /** The orders for the caller's own phone. */
  async #plan(caller: Caller, action: Action, switching?: Switching): Promise<readonly PlannedOrder[] | Refusal> {
    const questions = new Questions(this.#call.connection);
    const registrar = await Registrar.open(questions);
    const order = orderOf(action, switching);
    const device = order.byVendor ? deviceOf(caller, await registrar.ofUser(caller.aor, caller.profile)) : undefined;
    if (typeof device === 'string') return new Refusal(device);
    const { catalog } = this.#desk;
    const planner = new Planner({
      order,
      catalog,
      server: this.#target.server,
      sipProfile: caller.profile,
      // Each call is a run of its own.
      began: new Date(),
      registrar,
    });
    const planned = await planner.plan({ kind: 'phone', phone: phoneOf(caller, device, this.#target.row) });
    const orders = planned.filter((one): one is PlannedOrder => one.kind === 'order');
    const [first] = planned;
    if (orders.length > 0 || first?.kind !== 'settled') return orders;
    const { profile, vendor, event } = first.outcome;
    this.#target = { ...this.#target, profile, vendor, event };
    return new Refusal(first.outcome.reason ?? first.outcome.outcome);
  }

  /** @param early its orders, where they need not wait for what is switched before them */
  async #duringCall(caller: Caller, action: Action, early?: readonly PlannedOrder[]): Promise<Went | Refusal> {
    const { switches } = this.#desk;
    const { aor } = this.#target;
    let switching: Switching | undefined;
    try {
      switching = await switchingOf(action, (feature) => switches.isOn(feature, aor));
    } catch (error) {
      if (error instanceof SwitchesError) return new Refusal(error.message);
      throw error;
    }
    const planned = early ?? (await this.#plan(caller, action, switching));
    if (planned instanceof Refusal) return planned;
    const accepted = await this.#sendAll(planned);
    if (!accepted || !switching) return { accepted };
    try {
      await switches.set(switching.feature, aor, switching.to);
      return { accepted };
    } catch (error) {
      if (error instanceof SwitchesError) return { accepted, forgotten: error };
      throw error;
    }
  }

  /** A phone that restarts loses its call, and one in another call must not: so it is told when all have ended. */
  async #afterCall(orders: readonly PlannedOrder[]): Promise<void> {
    const call = this.#call;
    await this.#play(this.#desk.sounds.confirm);
    await this.#hangUp();
    const hasEnded = await Promise.race([call.hungUp.then(() => true), wait(CALL_ENDS_MS, false, { ref: false })]);
    const questions = new Questions(call.connection);
    // As long as its socket lingers, FreeSWITCH lists the call that has ended.
    const others = async () => (await questions.channels()).filter(({ uuid }) => uuid !== call.uuid);
    const calls = new Calls({ channels: others }, REAL_CLOCK);
    const free: PlannedOrder[] = [];
    for (const order of orders) {
      if (hasEnded && (await calls.end(order, CALL_ENDS_MS, new AbortController().signal))) free.push(order);
      else {
        const reason = hasEnded ? 'in another call' : 'its call has not ended';
        this.#note(settled(order.target, 'skipped', reason).outcome, order.traits);
      }
    }
    await this.#sendAll(free);
  }

  /** Whether all were accepted. */
  async #sendAll(orders: readonly PlannedOrder[]): Promise<boolean> {
    let went = true;
    for (const { target, traits, command } of orders) {
      await this.#desk.journal.intent(target, traits, this.#dialled);
      const { connection } = this.#call;
      const came = connection.open
        ? await attempt(connection, command)
        : notSent('the socket of the call has been closed');
      this.#note(outcomeOf(target, came), traits);
      went &&= came.outcome === 'accepted';
    }
    return went;
  }

  #note(outcome: Outcome, traits: Traits): void {
    this.#desk.journal.outcome(outcome, traits, this.#dialled);
    this.#desk.onEntry({ ...outcome, ...this.#dialled });
  }

  /** Lets the caller hear something, who may hang up at any time. */
  async #play(sound: string): Promise<void> {
    if (sound === '') return;
    const heard = this.#hear(sound);
    heard.catch(() => {});
    try {
      await Promise.race([heard, this.#call.hungUp, wait(LONGEST_SOUND_MS, undefined, { ref: false })]);
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
    }
  }

  async #hear(sound: string): Promise<void> {
    await this.#call.execute({ application: 'answer' });
    await this.#call.executeToEnd({ application: 'playback', argument: sound });
  }

  async #hangUp(cause?: string): Promise<void> {
    if (!this.#call.connection.open) return;
    const answered = this.#call.hangUp(cause).then(
      () => true,
      () => true,
    );
    const isOver = await Promise.race([answered, wait(HANG_UP_MS, false, { ref: false })]);
    if (!isOver) this.#call.destroy();
  }
}

function phoneOf({ aor, profile }: Caller, device: Registration | undefined, row: number | null) {
  const { user, host } = aor;
  const columns = { aor: formatAor(aor), user, domain: host, ...(device && { call_id: device.callId }) };
  return { aor, ...(profile !== undefined && { profile }), columns, ...(row !== null && { row }) };
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
