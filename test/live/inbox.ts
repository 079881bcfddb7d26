import { type Credentials, challenge, isAuthorized } from './digest.js';
import type { SipRequest } from './sip-message.js';
import type { Answer } from './user-agent.js';
import type { PhoneWish } from './world.js';

const FENCE = /fence-[0-9a-f]{16}/;
/** The NOTIFYs that have a phone read its settings again, or restart, in the dialects of the scenarios. */
const RESTART = /^(?:check-sync|resync|reboot)/;

/** What a phone is sent, and how it answers. */
export class Inbox {
  readonly fences = new Set<string>();
  requests: SipRequest[] = [];
  /** Called when it takes an order to restart, or to read its settings again. */
  onOrder: () => void = () => {};
  readonly #wish: PhoneWish;
  readonly #realm: string;
  readonly #reverseAuth: Credentials;
  #open = false;

  constructor(wish: PhoneWish, realm: string, reverseAuth: Credentials) {
    this.#wish = wish;
    this.#realm = realm;
    this.#reverseAuth = reverseAuth;
  }

  /** From now on it counts what comes. */
  open(): void {
    this.requests = [];
    this.#open = true;
  }

  take(request: SipRequest): Answer {
    const fence = FENCE.exec(`${request.headers.get('event')} ${request.body}`)?.[0];
    if (fence !== undefined) {
      this.fences.add(fence);
      return 200;
    }
    this.requests.push(request);
    if (!this.#open) return 200;
    const answer = this.#answer(request);
    if (answer === 200 && RESTART.test(request.headers.get('event') ?? '')) this.onOrder();
    return answer;
  }

  #answer(request: SipRequest): Answer {
    const { challenge: challenges = false, answer = 200 } = this.#wish;
    if (!challenges || isAuthorized(request.headers.get('authorization'), this.#reverseAuth, request)) return answer;
    return { status: 401, headers: [['WWW-Authenticate', challenge(this.#realm)]] };
  }
}
