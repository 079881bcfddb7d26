import type { Bus } from '../bus.js';
import { byteLength, cutBytes } from '../wire/byte-text.js';
import { localNow } from '../wire/clock.js';
import type { LogSource } from '../wire/log-line.js';
import type { SipProfile } from './sip-profile.js';

/** `sofia profile P siptrace on` writes through the logger of mod_sofia, to the level of the console. */
const SOURCE: LogSource = { file: 'sofia.c', func: 'logger', line: 3636, channel: 1 };
const SEPARATOR = '-'.repeat(72);

/** The longest log entry of sofia-sip, in bytes; what is longer is cut (`tport_log_msg`, tport_logging.c). */
const MAX_ENTRY = 16_000;

/** The other end of a SIP message. */
export interface SipPeer {
  readonly ip: string;
  readonly port: number;
}

/**
 * The SIP trace (`tport_log_msg`, tport_logging.c of sofia-sip): every message between a profile and its phones becomes an
 * entry of the log. It belongs to the profile, and outlives the connection that switched it on.
 */
export class SipTrace {
  readonly #bus: Bus;
  readonly #traced = new Set<SipProfile>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Whether any profile is traced. */
  get running(): boolean {
    return this.#traced.size > 0;
  }

  /** The names of the profiles that are traced. */
  get profiles(): string[] {
    return [...this.#traced].map(({ name }) => name);
  }

  covers(profile: SipProfile): boolean {
    return this.#traced.has(profile);
  }

  turn(profile: SipProfile, on: boolean): void {
    if (on) this.#traced.add(profile);
    else this.#traced.delete(profile);
  }

  sent(profile: SipProfile, message: string, peer: SipPeer): void {
    this.#write(profile, 'send', 'to', message, peer);
  }

  received(profile: SipProfile, message: string, peer: SipPeer): void {
    this.#write(profile, 'recv', 'from', message, peer);
  }

  #write(profile: SipProfile, what: string, preposition: string, message: string, { ip, port }: SipPeer): void {
    if (!this.#traced.has(profile)) return;
    const bytes = byteLength(message);
    const stamp = `${what} ${bytes} bytes ${preposition} udp/[${ip}]:${port} at ${localNow().slice(11)}:\n${SEPARATOR}\n`;
    const text = `${stamp}${message.replaceAll('\r\n', '\n')}`;
    this.#bus.emit('log', { level: 0, text: cutBytes(text, MAX_ENTRY - 1), source: SOURCE });
  }
}
