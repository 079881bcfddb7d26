import type { Bus } from '../bus.js';
import { uuid as newUuid } from '../ids.js';
import type { Directory } from '../phones/directory.js';
import type { CallOptions, Phone } from '../phones/phone.js';
import type { Registry } from '../phones/registry.js';
import { type Application, type CallContext, CallThread, type Step } from './call-thread.js';
import { NORMAL_CLEARING } from './cause.js';
import type { Channel } from './channel.js';
import { type Dialplan, step } from './dialplan.js';
import { channelFromPhone } from './from-phone.js';
import { channelOverLoopback, type LoopbackLeg } from './loopback.js';
import { channelToPhone } from './to-phone.js';

/** A call that a phone makes. */
export interface DialOptions {
  /** Which of several devices of the extension dials, by the order in which they were added; default 0, the first. */
  readonly device?: number;
  /** More channel variables, or others: the last one of a name counts. */
  readonly variables?: Readonly<Record<string, string>>;
  /** False: the phone was not asked who it is, so the variables that prove it (`sip_authorized` and so on) are missing. */
  readonly authenticated?: boolean;
  /** The phone hangs up by itself after so many milliseconds; default: it does not. */
  readonly hangsUpAfterMs?: number;
}

/** What calls are made of. */
export interface CallsContext {
  readonly bus: Bus;
  readonly registry: Registry;
  readonly directory: Directory;
  readonly dialplan: Dialplan;
  readonly applications: ReadonlyMap<string, Application>;
}

const PARKED = [step('park')];

/** The calls that are going on. */
export class Calls {
  readonly #threads = new Map<string, CallThread>();
  readonly #ends = new Map<string, NodeJS.Timeout>();
  readonly #context: CallsContext;
  readonly #shared: CallContext;
  #started = 0;
  #peak = 0;

  constructor(context: CallsContext) {
    this.#context = context;
    const { bus, applications } = context;
    this.#shared = { bus, applications, ended: ({ uuid }) => this.#forget(uuid) };
  }

  /** How many there have been, with those that are going on. */
  get started(): number {
    return this.#started;
  }

  /** How many there have been at a time, at most. */
  get peak(): number {
    return this.#peak;
  }

  /** Every call, in the order in which they began. */
  list(): Channel[] {
    return [...this.#threads.values()].map(({ channel }) => channel);
  }

  find(uuid: string): CallThread | undefined {
    return this.#threads.get(uuid);
  }

  /** FreeSWITCH calls a phone, which answers and is parked. */
  start(phone: Phone, options: CallOptions = {}): Channel {
    const thread = this.#add(channelToPhone(phone, options, this.#started + 1));
    this.#endAfter(thread, options.endsAfterMs, false);
    thread.originate();
    void thread.live(PARKED);
    return thread.channel;
  }

  /** A phone dials a number; RangeError: its SIP profile is gone. */
  dial(phone: Phone, number: string, options: DialOptions = {}): Channel {
    const { registry, directory, dialplan } = this.#context;
    const { authenticated = true, variables = {}, hangsUpAfterMs } = options;
    const profile = registry.profile(phone.profile);
    if (!profile) throw new RangeError(`No SIP profile ${phone.profile}`);
    const user = authenticated ? directory.find(phone.user, phone.host) : undefined;
    const sessionId = this.#started + 1;
    const thread = this.#add(channelFromPhone({ phone, number, profile, user, variables, sessionId }));
    this.#endAfter(thread, hangsUpAfterMs, true);
    thread.ring();
    void thread.live(dialplan.find(number));
    return thread.channel;
  }

  /**
   * FreeSWITCH calls an extension over mod_loopback, with a uuid of its own if the one asked for is taken; undefined: the
   * dialplan has no such extension.
   */
  originate(leg: LoopbackLeg, steps: readonly Step[] | undefined): Channel | undefined {
    if (!this.#context.dialplan.find(leg.extension)) return undefined;
    const asked = leg.variables.get('origination_uuid');
    const uuid = asked === undefined || this.#threads.has(asked) ? newUuid() : asked;
    const thread = this.#add(channelOverLoopback(leg, uuid, this.#started + 1));
    thread.originate();
    void thread.live(steps);
    return thread.channel;
  }

  /** FreeSWITCH ends a call; false if there is none of this uuid. */
  end(uuid: string, cause = NORMAL_CLEARING): boolean {
    const thread = this.#threads.get(uuid);
    thread?.hangUp(cause);
    return thread !== undefined;
  }

  /** The phone hangs up; false if there is no call of this uuid. Default cause: as FreeSWITCH gives a BYE or a CANCEL. */
  hangUp(uuid: string, cause?: string): boolean {
    const thread = this.#threads.get(uuid);
    thread?.hangUp(cause ?? (thread.channel.answered ? NORMAL_CLEARING : 'ORIGINATOR_CANCEL'), true);
    return thread !== undefined;
  }

  /** Ends every call, without a word about it. */
  close(): void {
    for (const thread of this.#threads.values()) thread.hangUp('SYSTEM_SHUTDOWN');
  }

  #add(channel: Channel): CallThread {
    const thread = new CallThread(channel, this.#shared);
    this.#threads.set(channel.uuid, thread);
    this.#started++;
    this.#peak = Math.max(this.#peak, this.#threads.size);
    return thread;
  }

  #endAfter({ channel: { uuid } }: CallThread, ms: number | undefined, byPhone: boolean): void {
    if (ms === undefined) return;
    const end = byPhone ? () => this.hangUp(uuid) : () => this.end(uuid);
    this.#ends.set(uuid, setTimeout(end, ms).unref());
  }

  #forget(uuid: string): void {
    this.#threads.delete(uuid);
    clearTimeout(this.#ends.get(uuid));
    this.#ends.delete(uuid);
  }
}
