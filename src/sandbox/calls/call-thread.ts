import type { Bus } from '../bus.js';
import { uuid } from '../ids.js';
import type { WireEvent } from '../wire/wire-event.js';
import { NORMAL_CLEARING } from './cause.js';
import type { Channel } from './channel.js';
import type { ChannelEventName, ChannelNews } from './channel-event.js';
import { ChannelStates } from './channel-states.js';
import { locksMessages, obeyMessage } from './message.js';

/** An application of the dialplan. */
export interface Application {
  /** It plays or hears: a call that was not answered gets early media first. */
  readonly media?: boolean;
  /** Carries it out; done when FreeSWITCH's would return. */
  run(thread: CallThread, data: string): void | Promise<void>;
}

/** One action of a dialplan. */
export interface Step {
  readonly application: string;
  readonly data: string;
}

/** What calls need of their sandbox. */
export interface CallContext {
  readonly bus: Bus;
  readonly applications: ReadonlyMap<string, Application>;
  /** Called when a call is hung up: from then on nobody finds it. */
  ended(channel: Channel): void;
}

/**
 * The life of one call: what FreeSWITCH's session thread does (switch_core_state_machine.c, switch_core_session.c,
 * switch_ivr.c). One application runs at a time; those that wait obey messages meanwhile.
 */
export class CallThread {
  readonly channel: Channel;
  readonly #context: CallContext;
  readonly #states: ChannelStates;
  readonly #messages: WireEvent[] = [];
  readonly #watchers = new Set<() => void>();
  /** It is parked or in the hands of a connection (`CF_CONTROLLED`). */
  #controlled = false;
  /** A message with `event-lock` is being obeyed. */
  #locked = false;
  /** How many connections hold it: its channel stays until they are gone. */
  #holders = 0;
  #reported = false;
  #wake: (() => void) | undefined;

  constructor(channel: Channel, context: CallContext) {
    this.channel = channel;
    this.#context = context;
    this.#states = new ChannelStates(channel, (name, more) => this.fire(name, more));
  }

  /** Whether it has been hung up and reported. */
  get reported(): boolean {
    return this.#reported;
  }

  /** Begins a call that a phone makes. */
  ring(): void {
    this.#states.ring();
  }

  /** Begins a call that FreeSWITCH makes, and that is answered at once. */
  originate(): void {
    this.#states.originate();
  }

  /** `switch_channel_answer` */
  answer(): void {
    this.#states.answer();
  }

  /** Carries the actions out, hangs up if nobody did, and reports. Without actions there was no way to go. */
  async live(steps: readonly Step[] | undefined): Promise<void> {
    if (steps && !this.channel.down) this.#states.execute();
    for (const { application, data } of steps ?? []) {
      if (this.channel.down) break;
      await this.execute(application, data);
    }
    this.hangUp(steps ? NORMAL_CLEARING : 'NO_ROUTE_DESTINATION');
    this.#messages.length = 0;
    this.#states.report();
    this.#reported = true;
    this.#tell();
    await this.until(() => this.#holders === 0);
    this.#states.destroy();
  }

  /** `switch_core_session_execute_application`; false if there is none of that name, or the call is over. */
  async execute(name: string, data: string): Promise<boolean> {
    const { channel } = this;
    if (channel.down) return false;
    const application = this.#context.applications.get(name.toLowerCase());
    if (!application) {
      this.hangUp('DESTINATION_OUT_OF_ORDER');
      return false;
    }
    const { variables } = channel;
    const id = variables.get('app_uuid') ?? uuid();
    const idName = variables.get('app_uuid_name');
    for (const used of ['app_uuid', 'app_uuid_name']) variables.set(used);
    if (application.media) this.#states.preAnswer();
    const expanded = channel.expand(data);
    channel.application = { name, data: expanded };
    variables.set('current_application', name);
    variables.set('current_application_data', expanded);
    variables.set('current_application_response');
    const about = [
      ['Application', name],
      ['Application-Data', expanded],
    ] as const;
    const ids = [
      ['Application-UUID', id],
      ['Application-UUID-Name', idName],
    ] as const;
    this.fire('CHANNEL_EXECUTE', { after: [...about, ...ids] });
    variables.set('current_application', name);
    await application.run(this, expanded);
    const response = variables.get('current_application_response') ?? '_none_';
    this.fire('CHANNEL_EXECUTE_COMPLETE', { after: [...about, ['Application-Response', response], ...ids] });
    return true;
  }

  /** `switch_channel_hangup`, by the server or because the phone did; nothing if it is hung up already. */
  hangUp(cause: string, byPhone = false): void {
    const { channel } = this;
    if (channel.down) return;
    this.#states.hangUp(cause, byPhone);
    this.#context.ended(channel);
    this.#context.bus.emit('hangup', { call: channel, cause });
    this.wake();
    this.#tell();
  }

  /** `switch_ivr_park`: waits and obeys until somebody lets it go or hangs up. */
  async park(): Promise<void> {
    if (this.#controlled) return;
    this.#controlled = true;
    this.fire('CHANNEL_PARK');
    await this.idle(() => !this.#controlled);
    this.#controlled = false;
    this.fire('CHANNEL_UNPARK');
  }

  /** Ends the parking (clears `CF_CONTROLLED`), as every connection does that gives a call back. */
  release(): void {
    this.#controlled = false;
    this.wake();
  }

  /** Lets time pass and obeys messages, until the call is over, or it is done, or for so many milliseconds. */
  async idle(done: () => boolean, ms?: number): Promise<void> {
    const end = ms === undefined ? undefined : performance.now() + ms;
    while (!this.channel.down && !done()) {
      const message = this.#locked ? undefined : this.#messages.shift();
      if (message) {
        await this.#obey(message);
        continue;
      }
      const left = end === undefined ? undefined : end - performance.now();
      if (left !== undefined && left <= 0) return;
      await this.#sleep(left);
    }
  }

  /** Obeys the messages that are there. */
  obeyWaiting(): Promise<void> {
    return this.idle(() => this.#messages.length === 0);
  }

  /** Waits and does nothing else, until this is so. */
  async until(so: () => boolean): Promise<void> {
    while (!so()) await this.#sleep();
  }

  /** Takes a `sendmsg`, to be obeyed in its time (`switch_core_session_queue_private_event`). */
  queue(message: WireEvent): void {
    this.#messages.push(message);
    this.wake();
  }

  /** Looks again at what it waits for. */
  wake(): void {
    this.#wake?.();
  }

  /** Keeps its channel after its end, until the function it gives back is called. */
  hold(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      this.wake();
    };
  }

  /** Calls back when it is hung up, and when that is reported, until the function it gives back is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  fire(name: ChannelEventName, more: Omit<ChannelNews, 'name' | 'call'> = {}): void {
    const { bus } = this.#context;
    if (bus.wanted('channel')) bus.emit('channel', { name, call: this.channel, ...more });
  }

  async #obey(message: WireEvent): Promise<void> {
    const locks = locksMessages(message);
    if (locks) this.#locked = true;
    await obeyMessage(this, message);
    if (locks) this.#locked = false;
    this.fire('PRIVATE_COMMAND', { message });
  }

  #sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.wake(), ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
