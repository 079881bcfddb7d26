import { type Phone, type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import type { Credentials } from './digest.js';
import { parseRequest, type SipRequest } from './sip-message.js';
import type { PhoneWish, World, WorldKind, WorldPhone } from './world.js';

const DOMAIN = 'phones.test';
const PASSWORD = 'ClueCon';
const FIRST_USER = 1000;
const USERS = 100;
const FIRST_PORT = 7000;
const OPERATOR: Credentials = { user: `ops@${DOMAIN}`, password: 'secret' };

/** The sandbox, with a directory like that of a FreeSWITCH for tests, and phones in memory. */
export const sandboxKind: WorldKind = { name: 'the sandbox', open: () => SandboxWorld.open() };

class SandboxWorld implements World {
  readonly domain = DOMAIN;
  readonly profile = 'internal';
  readonly operator = OPERATOR;
  readonly rate = 0;
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

  static async open(): Promise<World> {
    const commands: Buffer[] = [];
    const onCommand = (raw: Buffer): void => {
      commands.push(Buffer.from(raw));
    };
    return new SandboxWorld(
      await startSandbox({ domain: DOMAIN, password: PASSWORD, users: directory(), onCommand }),
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

  async phone({ subscriptions = [], ...wish }: PhoneWish): Promise<WorldPhone> {
    const phone = this.#sandbox.addPhone({
      ...wish,
      networkPort: this.#ports++,
      subscriptions: subscriptions.map((event) => ({ event })),
    });
    const received: SipRequest[] = [];
    this.#received.set(phone, received);
    const { user, url, userAgent, registration } = phone;
    return {
      user,
      aor: `${user}@${DOMAIN}`,
      url,
      callId: registration?.callId ?? '',
      userAgent,
      // Phones of the sandbox have what they are sent before the order is answered.
      requests: async () => [...received],
    };
  }

  commands(): readonly Buffer[] {
    return this.#commands;
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }
}

function reverseAuth(user: string): Credentials {
  return { user, password: `rev${user}` };
}

function directory() {
  const phones = Array.from({ length: USERS }, (_, index) => {
    const id = String(FIRST_USER + index);
    const { user, password } = reverseAuth(id);
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
