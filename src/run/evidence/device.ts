import type { RequestAnswered, RequestSent } from '../../freeswitch/answers.js';
import type { RegisterEvent } from '../../freeswitch/register-events.js';
import type { Registration } from '../../freeswitch/registration.js';
import { identify } from '../../vendor/identify.js';
import { afterEvent, type Before, beforeOf, signOfReturn } from './returns.js';

/** A final answer. */
export interface Answer {
  readonly status: number;
  readonly phrase: string;
}

/** One device that an order reaches, and what it has shown since. */
export class Device {
  /** Where it is reached, without parameters: `1000@192.0.2.7:5060`. */
  readonly address: string;
  readonly #requests = new Set<number>();
  #before: Before | undefined;
  #wasGone = false;
  #answer: Answer | undefined;
  #sign: string | undefined;
  #refreshed = false;
  #gaveUp = false;

  constructor(address: string, registration: Registration | undefined, askedAt: number) {
    this.address = address;
    this.#before = registration && beforeOf(registration, askedAt);
  }

  /** The best of its final answers: a phone that is subscribed to its lamp gets two NOTIFYs, and may refuse one. */
  get answer(): Answer | undefined {
    return this.#requests.size === 0 || (this.#answer && this.#answer.status < 300) ? this.#answer : undefined;
  }

  /** By what it shows that it has come back, once it has. */
  get sign(): string | undefined {
    return this.#sign;
  }

  /** Whether it has registered, but only as it would have anyway. */
  get refreshed(): boolean {
    return this.#refreshed;
  }

  /** Whether a request of its order has been seen to leave. */
  wasSent = false;

  sent({ id }: RequestSent): void {
    this.wasSent = true;
    this.#requests.add(id);
  }

  answered({ id, status, phrase }: RequestAnswered): void {
    this.#requests.delete(id);
    if (!this.#answer || status < this.#answer.status) this.#answer = { status, phrase };
  }

  unanswered(id: number): void {
    this.#requests.delete(id);
    this.#gaveUp = true;
  }

  /** Whether nothing more of its answers can come. */
  get isHeard(): boolean {
    return this.#requests.size === 0 && (this.#answer !== undefined || this.#gaveUp);
  }

  /** How surely an event is about this device: 0 for not at all. */
  likeness({ callId, contact, userAgent, networkIp }: RegisterEvent): number {
    const before = this.#before;
    if (!before) return 1;
    if (callId === before.callId) return 5;
    if (contact !== undefined && contact === before.contact) return 4;
    if (this.#sign !== undefined) return 0;
    if (isOtherMake(userAgent, before.userAgent)) return 0;
    // Behind one NAT all have the same address, and phones keep their model when they move.
    const isSameModel = userAgent !== undefined && sameModel(userAgent, before.userAgent);
    const isSameAddress = networkIp !== undefined && networkIp === before.networkIp;
    return (isSameModel ? 2 : 0) + (isSameAddress ? 1 : 0);
  }

  /** Takes an event that is about this device, from before its order. */
  recall(event: RegisterEvent, now: number): void {
    this.#before = event.kind === 'registered' ? afterEvent(event, this.#before, now) : this.#before;
  }

  /** Takes an event that is about this device, from after its order. */
  see(event: RegisterEvent, now: number): void {
    if (event.kind !== 'registered') {
      this.#wasGone = true;
      return;
    }
    const before = this.#before;
    this.recall(event, now);
    const sign = before
      ? signOfReturn(event, before, this.#wasGone, now)
      : 'it registered; whether that was due anyway is not known';
    if (sign === undefined) this.#refreshed = true;
    else this.#sign ??= sign;
  }
}

function isOtherMake(one = '', other = ''): boolean {
  const [here, there] = [identify(one)?.vendor, identify(other)?.vendor];
  return here !== undefined && there !== undefined && here !== there;
}

/** Agents that differ in nothing but version numbers. */
function sameModel(one: string, other: string): boolean {
  const bare = (agent: string): string => agent.replace(/[\d._]+/g, '#').slice(0, 200);
  return bare(one) === bare(other);
}
