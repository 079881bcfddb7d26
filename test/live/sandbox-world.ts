import { type Phone, type PhoneOptions, type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import type { Credentials } from './digest.js';
import { parseRequest, type SipRequest } from './sip-message.js';
import { within } from './until.js';
import type { CallWish, PhoneWish, ReturnWish, World, WorldKind, WorldPhone } from './world.js';

const DOMAIN = 'phones.test';
const PASSWORD = 'ClueCon';
const PATIENCE_MS = 10_000;
const FIRST_USER = 1000;
const USERS = 100;
const LAST_USER = String(FIRST_USER + USERS - 1);
const FIRST_PORT = 7000;
/** Seconds that a registration is kept, of which FreeSWITCH adds 60 to what it grants. */
const NEARLY_OVER_S = 120;
const OPERATOR: Credentials = { user: `ops@${DOMAIN}`, password: 'secret' };

/** The sandbox, with a directory like that of a FreeSWITCH for tests, and phones in memory. */
export const sandboxKind: WorldKind = { name: 'the sandbox', open: () => SandboxWorld.open() };

/** The same without mod_sms, which a server that others use can't be asked to unload. */
export const sandboxWithoutSmsKind: WorldKind = {
  name: 'the sandbox without mod_sms',
  open: () => SandboxWorld.open(['mod_commands', 'mod_event_socket', 'mod_sofia']),
};

class SandboxWorld implements World {
  readonly domain = DOMAIN;
  readonly profile = 'internal';
  readonly operator = OPERATOR;
  readonly rate = 0;
  readonly parkedAt = '5000';
  readonly identity = 'authenticated';
  readonly #sandbox: Sandbox;
  readonly #commands: Buffer[];
  readonly #received = new Map<Phone, SipRequest[]>();
  #ports = FIRST_PORT;

  private constructor(sandbox: Sandbox, commands: Buffer[]) {
    this.#sandbox = sandbox;
    this.#commands = commands;
    sandbox.bus.on('request', ({ record, phone }) => {
      if (phone) this.#received.get(phone)?.push(parseRequest(record.request));
    });
  }

  static async open(modules?: readonly string[]): Promise<World> {
    const commands: Buffer[] = [];
    const onCommand = (raw: Buffer): void => {
      commands.push(Buffer.from(raw));
    };
    return new SandboxWorld(
      await startSandbox({
        domain: DOMAIN,
        password: PASSWORD,
        users: directory(),
        onCommand,
        ...(modules && { modules }),
      }),
      commands,
    );
  }

  get esl() {
    const { host, port } = this.#sandbox;
    return { host, port, password: PASSWORD };
  }

  user(index: number): string {
    return String(FIRST_USER + index);
  }

  reverseAuth(user: string): Credentials {
    return reverseAuth(user);
  }

  get userWithoutReverseAuth(): string {
    return OPERATOR.user.slice(0, OPERATOR.user.indexOf('@'));
  }

  get userWithOldReverseAuth(): string {
    return LAST_USER;
  }

  async phone({ subscriptions = [], returns, dueForRefresh = false, ...wish }: PhoneWish): Promise<WorldPhone> {
    const phone = this.#sandbox.addPhone({
      ...wish,
      ...(returns && this.#returning(wish.user, returns)),
      networkPort: this.#ports++,
      subscriptions: subscriptions.map((event) => ({ event })),
    });
    if (dueForRefresh && phone.registration) {
      // Phones of the sandbox are always at the beginning of their time: no option of theirs makes one grow old.
      Object.defineProperty(phone.registration, 'expiresAt', { value: (now: number) => now + NEARLY_OVER_S });
    }
    const received: SipRequest[] = [];
    this.#received.set(phone, received);
    return new SandboxPhone(this.#sandbox, phone, received);
  }

  async isTraced(): Promise<boolean> {
    return this.#sandbox.traced.includes(this.profile);
  }

  commands(): readonly Buffer[] {
    return this.#commands;
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }

  #returning(user: string, { afterMs, userAgent, sameCallId, newContact, unregistersFirst }: ReturnWish) {
    return {
      returnsAfterMs: afterMs,
      unregistersFirst: unregistersFirst ?? false,
      returnsWith: {
        ...(userAgent !== undefined && { userAgent }),
        ...(newContact && { contact: `"" <sip:${user}@127.0.0.1:${this.#ports++}>` }),
        sameCallId: sameCallId ?? false,
      },
    } satisfies Partial<PhoneOptions>;
  }
}

class SandboxPhone implements WorldPhone {
  readonly #sandbox: Sandbox;
  readonly #phone: Phone;
  readonly #received: readonly SipRequest[];

  constructor(sandbox: Sandbox, phone: Phone, received: readonly SipRequest[]) {
    this.#sandbox = sandbox;
    this.#phone = phone;
    this.#received = received;
  }

  get user(): string {
    return this.#phone.user;
  }

  get aor(): string {
    return `${this.#phone.user}@${this.#phone.host}`;
  }

  get url(): string {
    return this.#phone.url;
  }

  get callId(): string {
    return this.#phone.registration?.callId ?? '';
  }

  get userAgent(): string {
    return this.#phone.userAgent;
  }

  /** Phones of the sandbox have what they are sent before the order is answered. */
  async requests(expected: number): Promise<readonly SipRequest[]> {
    await within(PATIENCE_MS, () => this.#received.length >= expected);
    return [...this.#received];
  }

  async call({ presenceId }: CallWish = { presenceId: true }): Promise<void> {
    this.#sandbox.startCall(this.aor, { presenceId });
  }

  async hangUp(): Promise<void> {
    this.#sandbox.endCall(this.aor);
  }

  async dial(): Promise<string> {
    const devices = this.#sandbox
      .phones()
      .filter(({ user, host }) => user === this.#phone.user && host === this.#phone.host);
    return this.#sandbox.dial(this.aor, '5000', { device: devices.indexOf(this.#phone) }).uuid;
  }
}

function reverseAuth(user: string): Credentials {
  return { user, password: `rev${user}` };
}

function directory() {
  const phones = Array.from({ length: USERS }, (_, index) => {
    const id = String(FIRST_USER + index);
    const { user, password: current } = reverseAuth(id);
    const password = id === LAST_USER ? `${current}-old` : current;
    return { id, params: { password: '1234', 'reverse-auth-user': user, 'reverse-auth-pass': password } };
  });
  const operator = {
    id: 'ops',
    params: {
      'esl-password': OPERATOR.password,
      'esl-allowed-api': 'status show',
      'esl-allowed-events': 'CUSTOM sofia::register',
      'esl-allowed-log': 'false',
    },
  };
  return [...phones, operator];
}
