import { createHash, randomBytes } from 'node:crypto';
import type { Bus } from '../bus.js';
import { sipToken } from '../ids.js';
import type { Directory } from '../phones/directory.js';
import { isRestartOrder, type Phone, reverseAuth } from '../phones/phone.js';
import type { Registry } from '../phones/registry.js';
import { uriAddress } from './sip-fields.js';
import { type SipOrder, SipRequest } from './sip-request.js';

/** One request that mod_sofia decided to send. */
export interface Shipment {
  /** The phone under that address; undefined if the sandbox has none there. */
  readonly phone: Phone | undefined;
  /** The Event header, of a NOTIFY. */
  readonly event?: string;
  /** The request in full; asked for only when somebody looks at it, or when the phone challenges it. */
  readonly order: () => SipOrder;
}

const UNAUTHORIZED = 401;

/**
 * Between mod_sofia and the phones: carries requests over, answers challenges with the directory's `reverse-auth`
 * credentials as `sofia_reg_handle_sip_r_challenge` (sofia_reg.c) does, reports each request with its answer on the bus,
 * and lets phones register again after an order to restart.
 */
export class Delivery {
  readonly #registry: Registry;
  readonly #directory: Directory;
  readonly #bus: Bus;
  readonly #returnAfterMs: number | undefined;
  readonly #returns = new Map<Phone, NodeJS.Timeout>();

  constructor(registry: Registry, directory: Directory, bus: Bus, returnAfterMs: number | undefined) {
    this.#registry = registry;
    this.#directory = directory;
    this.#bus = bus;
    this.#returnAfterMs = returnAfterMs;
  }

  /** Sends a request, on behalf of the `sendevent` with this uuid. */
  send(shipment: Shipment, eventUuid: string): void {
    const { phone, event, order } = shipment;
    const request = this.#bus.wanted('request') ? new SipRequest(order()) : undefined;
    let answer = phone?.challenge ? UNAUTHORIZED : (phone?.answer ?? null);
    if (request) this.#report(request, phone, answer, eventUuid);
    if (answer === UNAUTHORIZED && phone)
      answer = this.#authenticate(request ?? new SipRequest(order()), phone, eventUuid);
    if (phone && answer !== null && answer >= 200 && answer < 300 && isRestartOrder(event)) this.#returnLater(phone);
  }

  /** Ends every wait for a phone that is restarting. */
  close(): void {
    for (const timer of this.#returns.values()) clearTimeout(timer);
    this.#returns.clear();
  }

  #authenticate(request: SipRequest, phone: Phone, eventUuid: string): number | null {
    const [user, host] = split(uriAddress(addressOf(request, 'To')));
    const name = this.#directory.param(user, host, 'reverse-auth-user');
    const password = this.#directory.param(user, host, 'reverse-auth-pass');
    if (name === undefined || password === undefined) return UNAUTHORIZED;
    const expected = reverseAuth(phone.user);
    const known = phone.challenge && name === expected.user && password === expected.password;
    const answer = known ? phone.answer : UNAUTHORIZED;
    if (this.#bus.wanted('request')) {
      const { method, uri } = request.order;
      this.#report(request.authorized(digest(name, password, phone.host, method, uri)), phone, answer, eventUuid);
    }
    return answer;
  }

  #report(request: SipRequest, phone: Phone | undefined, answer: number | null, eventUuid: string): void {
    const aor = phone ? `${phone.user}@${phone.host}` : uriAddress(addressOf(request, 'To'));
    this.#bus.emit('request', { record: request.toRecord(aor, answer, eventUuid), phone });
  }

  #returnLater(phone: Phone): void {
    if (this.#returnAfterMs === undefined || this.#returns.has(phone)) return;
    const timer = setTimeout(() => {
      this.#returns.delete(phone);
      const { registration } = phone;
      if (!registration) return;
      this.#registry.reregister(registration);
      this.#bus.emit('registered', { registration });
    }, this.#returnAfterMs);
    timer.unref();
    this.#returns.set(phone, timer);
  }
}

function addressOf(request: SipRequest, name: string): string {
  const header = request.headers.find(([other]) => other === name)?.[1] ?? '';
  const open = header.indexOf('<');
  return header.slice(open + 1, header.indexOf('>', open));
}

function split(address: string): [user: string, host: string] {
  const at = address.indexOf('@');
  return at < 0 ? ['', address] : [address.slice(0, at), address.slice(at + 1)];
}

function digest(user: string, password: string, realm: string, method: string, uri: string): string {
  const nonce = randomBytes(8).toString('hex') + sipToken();
  const response = md5(`${md5(`${user}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", algorithm=MD5, uri="${uri}", response="${response}"`;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
