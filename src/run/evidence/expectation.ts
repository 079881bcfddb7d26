import type { RequestNews } from '../../freeswitch/answers.js';
import { addressOf } from '../../freeswitch/contact.js';
import type { RegisterEvent } from '../../freeswitch/register-events.js';
import type { Registration } from '../../freeswitch/registration.js';
import type { Outcome } from '../outcome.js';
import { Device } from './device.js';

/** What an order has come to. */
export type Verdict = Pick<Outcome, 'outcome' | 'reason' | 'sipStatus'>;

export interface ExpectationOptions {
  /** Whether the phone has to register again; else its answer is enough. */
  readonly untilReturned: boolean;
  /** Whether answers can be seen at all. */
  readonly seesAnswers: boolean;
  /** Who will get the order; undefined if nobody knows. */
  readonly devices: readonly Registration[] | undefined;
  /** Who has the same AOR and will not get it: what they do is not to be taken for an answer. */
  readonly others?: readonly Registration[];
  /** Whether only one of the devices gets it, and nobody knows which. */
  readonly toOne?: boolean;
  /** When they were looked up, milliseconds since 1970. */
  readonly askedAt: number;
}

/**
 * How long an order of which nobody knows how many devices it goes to may take to reach the last of them, milliseconds:
 * FreeSWITCH writes to all within one pass over its registrations.
 */
const SETTLES_MS = 400;

/** What one order is still waiting for, from before its bytes are written until its verdict. */
export class Expectation {
  readonly verdict: Promise<Verdict>;
  readonly #options: ExpectationOptions;
  readonly #devices: Device[];
  readonly #others: readonly Device[];
  readonly #byRequest = new Map<number, Device>();
  #settle: (verdict: Verdict) => void = () => {};
  #isAccepted = false;
  #isSettled = false;
  #deadline = Number.POSITIVE_INFINITY;
  #timeout = '';
  /** When the last of its requests was seen to leave. */
  #lastSent = 0;

  constructor(options: ExpectationOptions) {
    this.#options = options;
    const { devices = [], others = [], askedAt } = options;
    const toDevice = (device: Registration): Device => new Device(addressOf(device.contact), device, askedAt);
    this.#devices = devices.map(toDevice);
    this.#others = others.map(toDevice);
    this.verdict = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Whether all has been seen that its devices will answer. */
  get isHeard(): boolean {
    return this.#isSettled || (this.#devices.length > 0 && this.#devices.every(({ isHeard }) => isHeard));
  }

  /** The order is on its way: from now on the time runs. */
  accepted(deadline: number, timeout: string): void {
    this.#isAccepted = true;
    this.#deadline = deadline;
    this.#timeout = timeout;
  }

  /** How well a request that left FreeSWITCH fits: 2 for one of the devices, 1 for anybody, 0 for not. */
  fits(requestUri: string): number {
    if (this.#options.devices === undefined) return 1;
    const address = addressOf(requestUri);
    return this.#devices.some((device) => device.address === address) ? 2 : 0;
  }

  /** News of a request that is this order's. */
  see(news: RequestNews, now: number): void {
    if (news.kind === 'sent') {
      const address = addressOf(news.requestUri);
      let device = this.#devices.find((one) => one.address === address);
      if (!device) {
        device = new Device(address, undefined, now);
        this.#devices.push(device);
      }
      device.sent(news);
      this.#byRequest.set(news.id, device);
      this.#lastSent = now;
    } else if (news.kind === 'answered') {
      this.#byRequest.get(news.id)?.answered(news);
    } else {
      this.#byRequest.get(news.id)?.unanswered(news.id);
    }
    this.check(now);
  }

  /** What one of the devices did before the order: what it does after is compared with that. */
  recall(event: RegisterEvent, now: number): void {
    this.#deviceOf(event)?.recall(event, now);
  }

  /** A registration of one of the AORs that this order went to came, or went. */
  register(event: RegisterEvent, now: number): void {
    let device = this.#deviceOf(event);
    if (device && this.#others.includes(device)) {
      device.recall(event, now);
      return;
    }
    if (!device && this.#options.devices === undefined && this.#devices.length === 0) {
      device = new Device(addressOf(event.contact ?? ''), undefined, now);
      this.#devices.push(device);
    }
    device?.see(event, now);
    this.check(now);
  }

  /** The device that an event is most surely about; of two equally sure ones, the one that got the order. */
  #deviceOf(event: RegisterEvent): Device | undefined {
    let best: Device | undefined;
    let likeness = 0;
    for (const device of [...this.#devices, ...this.#others]) {
      const its = device.likeness(event);
      if (its > likeness) [best, likeness] = [device, its];
    }
    return best;
  }

  /** Settles it if all is known, or the time is over. */
  check(now: number): void {
    if (!this.#isAccepted || this.#isSettled) return;
    if (this.#isComplete(now)) this.end(this.#complete());
    else if (now >= this.#deadline) this.end(this.#late());
  }

  end(verdict: Verdict): void {
    this.#isSettled = true;
    this.#settle(verdict);
  }

  #isComplete(now: number): boolean {
    const { devices, untilReturned, toOne } = this.#options;
    if (this.#devices.length === 0) return false;
    const isDone = (device: Device): boolean => {
      const answer = device.answer;
      if (answer && answer.status >= 300) return true;
      return untilReturned ? device.sign !== undefined : answer !== undefined;
    };
    if (toOne) return this.#devices.some(isDone);
    if (!this.#devices.every(isDone)) return false;
    return devices !== undefined || untilReturned || now - this.#lastSent >= SETTLES_MS;
  }

  #complete(): Verdict {
    const refusing = this.#devices.filter(({ answer }) => answer && answer.status >= 300);
    const [worst] = refusing;
    if (worst?.answer) {
      const { status, phrase } = worst.answer;
      const reason = [`${status} ${phrase}`.trim(), this.#share(refusing), advice(status)].filter(Boolean).join('; ');
      return { outcome: 'refused', reason, sipStatus: status };
    }
    const sipStatus = this.#devices.find(({ answer }) => answer)?.answer?.status ?? null;
    if (!this.#options.untilReturned) {
      const count = this.#devices.length;
      const who = this.#options.toOne ? `one of ${count} devices` : `${count} devices`;
      return { outcome: 'answered', reason: count > 1 ? who : null, sipStatus };
    }
    const signs = [...new Set(this.#devices.map(({ sign }) => sign))].join('; ');
    return { outcome: 'returned', reason: signs, sipStatus };
  }

  /** What is known when the time is over. */
  #late(): Verdict {
    const { untilReturned, seesAnswers } = this.#options;
    const within = `within ${this.#timeout}`;
    const open = this.#devices.filter(({ answer, sign }) => (untilReturned ? sign === undefined : !answer));
    const silent = open.filter(({ answer }) => !answer);
    const [one] = open;
    const sipStatus = one?.answer?.status ?? null;
    const say = (reason: string): Verdict => {
      return { outcome: 'no-answer', reason: [reason, this.#share(open)].filter(Boolean).join('; '), sipStatus };
    };
    if (seesAnswers && !this.#devices.some(({ wasSent }) => wasSent)) {
      return say(`FreeSWITCH was not seen to send it ${within}`);
    }
    if (!untilReturned) return say(`no answer ${within}`);
    const refreshed = open.some((device) => device.refreshed)
      ? '; it only refreshed its registration as it was due'
      : '';
    if (seesAnswers && silent.length > 0) return say(`no answer, and not registered again ${within}${refreshed}`);
    return say(`${sipStatus ? `answered ${sipStatus}, but ` : ''}not registered again ${within}${refreshed}`);
  }

  #share(devices: readonly Device[]): string {
    if (this.#devices.length < 2) return '';
    const which = devices.map(({ address }) => address).join(', ');
    return `${devices.length} of its ${this.#devices.length} devices: ${which.slice(0, 200)}`;
  }
}

function advice(status: number): string {
  if (status !== 401 && status !== 407) return '';
  return 'it wants a password: reverse-auth-user and reverse-auth-pass of its directory user';
}
