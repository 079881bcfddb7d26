import type { Bus } from '../bus.js';
import type { Directory } from '../phones/directory.js';
import type { Phone, PhoneReturn } from '../phones/phone.js';
import type { Registry } from '../phones/registry.js';
import { traceRegister } from './register-exchange.js';
import type { SipTrace } from './trace.js';

/** The REGISTERs of phones that live on: back from a restart, refreshing at their own pace, signing off, gone for good. */
export class Returns {
  readonly #registry: Registry;
  readonly #directory: Directory;
  readonly #bus: Bus;
  readonly #trace: SipTrace;
  readonly #afterMs: number | undefined;
  readonly #restarting = new Map<Phone, NodeJS.Timeout>();
  readonly #timers = new Map<Phone, NodeJS.Timeout>();

  /** `afterMs`: how long a phone needs that says nothing itself; undefined: it never comes back. */
  constructor(registry: Registry, directory: Directory, bus: Bus, trace: SipTrace, afterMs: number | undefined) {
    this.#registry = registry;
    this.#directory = directory;
    this.#bus = bus;
    this.#trace = trace;
    this.#afterMs = afterMs;
  }

  /** A phone begins its life, as its options say. */
  begin(phone: Phone): void {
    const { refreshEveryMs, expiresAfterMs } = phone.options;
    if (!phone.registration) return;
    if (expiresAfterMs !== undefined) {
      this.#timers.set(phone, setTimeout(() => this.#expire(phone), expiresAfterMs).unref());
    } else if (refreshEveryMs !== undefined) {
      const refresh = () => {
        if (phone.registration && !this.#restarting.has(phone)) this.register(phone, { sameCallId: true });
      };
      this.#timers.set(phone, setInterval(refresh, refreshEveryMs).unref());
    }
  }

  /** A phone took an order to restart, or to read its settings again. A second one while it is at it changes nothing. */
  order(phone: Phone): void {
    const { returnsAfterMs = this.#afterMs, returnsWith = {}, unregistersFirst } = phone.options;
    if (this.#restarting.has(phone) || returnsAfterMs === undefined || returnsAfterMs === null) return;
    if (unregistersFirst) this.unregister(phone);
    const timer = setTimeout(() => {
      this.#restarting.delete(phone);
      if (unregistersFirst || phone.registration) this.register(phone, returnsWith);
    }, returnsAfterMs).unref();
    this.#restarting.set(phone, timer);
  }

  register(phone: Phone, change: PhoneReturn): void {
    const { registration, refreshed } = this.#registry.register(phone, change);
    traceRegister(this.#trace, this.#registry, this.#directory, { phone, registration, goodbye: false });
    this.#bus.emit('registered', { registration, userAgent: phone.userAgent, refreshed });
  }

  unregister(phone: Phone): void {
    const { registration } = phone;
    if (!registration) return;
    this.#registry.unregister(registration);
    traceRegister(this.#trace, this.#registry, this.#directory, { phone, registration, goodbye: true });
    this.#bus.emit('unregistered', { registration });
  }

  /** Ends every wait for a phone. */
  close(): void {
    for (const timer of [...this.#restarting.values(), ...this.#timers.values()]) clearTimeout(timer);
    this.#restarting.clear();
    this.#timers.clear();
  }

  #expire(phone: Phone): void {
    const { registration } = phone;
    this.#timers.delete(phone);
    if (!registration) return;
    this.#registry.unregister(registration);
    this.#bus.emit('expired', { registration });
  }
}
