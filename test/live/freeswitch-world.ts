import { type Connection, connect } from '../../src/esl/index.js';
import type { Credentials } from './digest.js';
import { FreeSwitchPhone } from './freeswitch-phone.js';
import type { LiveSettings } from './settings.js';
import { isTraced } from './trace.js';
import type { PhoneWish, World, WorldKind, WorldPhone } from './world.js';

/** NOTIFYs a second: a moderate load, with room for others. */
const RATE = 250;

/** A real FreeSWITCH, with a SIP user agent over UDP for every phone. */
export function freeSwitchKind(settings: LiveSettings): WorldKind {
  return { name: `FreeSWITCH at ${settings.host}:${settings.port}`, open: () => FreeSwitchWorld.open(settings) };
}

class FreeSwitchWorld implements World {
  readonly rate = RATE;
  readonly parkedAt = '5000';
  readonly identity = 'from';
  readonly #settings: LiveSettings;
  readonly #connection: Connection;
  readonly #hasVoicemail: boolean;
  readonly #phones: FreeSwitchPhone[] = [];

  private constructor(settings: LiveSettings, connection: Connection, hasVoicemail: boolean) {
    this.#settings = settings;
    this.#connection = connection;
    this.#hasVoicemail = hasVoicemail;
  }

  static async open(settings: LiveSettings): Promise<World> {
    const { host, port, password } = settings;
    const connection = await connect({ host, port, password });
    const { text } = await connection.send({ line: 'api module_exists mod_voicemail' });
    return new FreeSwitchWorld(settings, connection, text === 'true');
  }

  get esl() {
    const { host, port, password } = this.#settings;
    return { host, port, password };
  }

  get domain(): string {
    return this.#settings.domain;
  }

  get profile(): string {
    return this.#settings.profile;
  }

  get operator(): Credentials {
    return split(this.#settings.operator);
  }

  user(index: number): string {
    const { firstUser, users } = this.#settings;
    if (index >= users) throw new RangeError(`PHONECTL_LIVE_USERS: ${index + 1} users are needed, there are ${users}`);
    return String(firstUser + index);
  }

  reverseAuth(user: string): Credentials {
    return split(this.#settings.reverseAuth.replaceAll('*', () => user));
  }

  get userWithoutReverseAuth(): string {
    const { user } = this.operator;
    return user.slice(0, user.indexOf('@'));
  }

  get userWithOldReverseAuth(): string {
    return this.user(this.#settings.users - 1);
  }

  isTraced(): Promise<boolean> {
    return isTraced(this.#settings);
  }

  async phone(wish: PhoneWish): Promise<WorldPhone> {
    const phone = await FreeSwitchPhone.open(wish, {
      settings: this.#settings,
      connection: this.#connection,
      hasVoicemail: this.#hasVoicemail,
      reverseAuth:
        wish.user === this.userWithOldReverseAuth ? { user: wish.user, password: '' } : this.reverseAuth(wish.user),
    });
    this.#phones.push(phone);
    await phone.settle();
    return phone;
  }

  commands(): undefined {}

  async close(): Promise<void> {
    const ends = await Promise.allSettled(this.#phones.map((phone) => phone.leave()));
    await this.#connection.close();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

function split(text: string): Credentials {
  const colon = text.lastIndexOf(':');
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
