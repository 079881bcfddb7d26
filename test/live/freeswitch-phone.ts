import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Connection } from '../../src/esl/index.js';
import type { SubscribedEvent } from '../../src/sandbox/index.js';
import type { Credentials } from './digest.js';
import { Inbox } from './inbox.js';
import type { LiveSettings } from './settings.js';
import type { SipRequest } from './sip-message.js';
import { within } from './until.js';
import { UserAgent } from './user-agent.js';
import type { CallWish, PhoneWish, ReturnWish, WorldPhone } from './world.js';

/** Where a phone stands. */
export interface Surroundings {
  readonly settings: LiveSettings;
  /** To ask and to order what the phone itself can't. */
  readonly connection: Connection;
  /** Whether mod_voicemail is there, which tells phones the state of their mailbox. */
  readonly hasVoicemail: boolean;
  readonly reverseAuth: Credentials;
}

const PATIENCE_MS = 10_000;
/** Of a registration that is nearly over, seconds. */
const NEARLY_OVER_S = 60;

/**
 * A phone of a real FreeSWITCH, which answers +OK long before it sends: events go through queues, one for
 * MESSAGE_WAITING and one for all others. So behind an order comes a fence through each of them, a NOTIFY to this phone
 * alone: when that has arrived, everything before it has.
 */
export class FreeSwitchPhone implements WorldPhone {
  readonly user: string;
  readonly aor: string;
  readonly #agent: UserAgent;
  readonly #inbox: Inbox;
  readonly #wish: PhoneWish;
  readonly #around: Surroundings;
  /** The channel of its call. */
  #channel: string | undefined;
  /** Its way back, once it has taken an order; what goes wrong on it is for `leave` to tell. */
  #returning: Promise<void> | undefined;

  private constructor(wish: PhoneWish, around: Surroundings, agent: UserAgent, inbox: Inbox) {
    this.user = wish.user;
    this.aor = `${wish.user}@${around.settings.domain}`;
    this.#wish = wish;
    this.#around = around;
    this.#agent = agent;
    this.#inbox = inbox;
  }

  /** A phone that is switched on; `settle` brings it to rest. */
  static async open(wish: PhoneWish, around: Surroundings): Promise<FreeSwitchPhone> {
    const { sip, domain, sipPassword } = around.settings;
    const inbox = new Inbox(wish, domain, around.reverseAuth);
    const agent = await UserAgent.open({
      server: sip,
      domain,
      credentials: { user: wish.user, password: sipPassword },
      userAgent: wish.userAgent ?? '',
      answer: (request) => inbox.take(request),
    });
    const phone = new FreeSwitchPhone(wish, around, agent, inbox);
    const { returns } = wish;
    if (returns) inbox.onOrder = () => phone.#obey(returns);
    return phone;
  }

  get url(): string {
    return this.#agent.url;
  }

  get userAgent(): string {
    return this.#agent.userAgent;
  }

  get callId(): string {
    return this.#agent.callId;
  }

  /** Registers and subscribes, and waits until FreeSWITCH knows of it and has said all that it says by itself. */
  async settle(): Promise<void> {
    const { offline = false, subscriptions = [] } = this.#wish;
    if (!offline) {
      await this.#agent.register(this.#wish.dueForRefresh ? NEARLY_OVER_S : undefined);
      await this.#within('its registration', () => this.#isRegistered());
      if (this.#around.hasVoicemail) await this.#fence(this.#mailbox());
    }
    for (const event of subscriptions) await this.#subscribe(event);
    await this.#fences();
    this.#inbox.open();
  }

  async requests(expected: number): Promise<readonly SipRequest[]> {
    await within(PATIENCE_MS, () => this.#inbox.requests.length >= expected);
    await this.#fences();
    return [...this.#inbox.requests];
  }

  /** Unsubscribes, unregisters, and waits until FreeSWITCH has forgotten it. */
  async leave(): Promise<void> {
    try {
      if (this.#channel !== undefined) await this.hangUp();
      await this.#returning;
      if (this.#wish.offline) return;
      await this.#agent.leave();
      await this.#within('the end of its registration', async () => !(await this.#isRegistered()));
    } finally {
      this.#agent.close();
    }
  }

  async call({ presenceId }: CallWish = { presenceId: true }): Promise<void> {
    const { profile } = this.#around.settings;
    const variables = presenceId ? `{presence_id=${this.aor}}` : '';
    const answer = await this.#api(`originate ${variables}sofia/${profile}/${this.url.replace('sip:', '')} &park()`);
    const [, uuid] = /^\+OK ([0-9a-f-]{36})\s*$/.exec(answer) ?? [];
    if (uuid === undefined) throw new Error(`no call to ${this.aor}: ${answer}`);
    this.#channel = uuid;
  }

  async hangUp(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    await this.#api(`uuid_kill ${channel}`);
    await this.#within('the end of its call', async () => !(await this.#api('show channels')).includes(`${channel}`));
  }

  async dial(): Promise<string> {
    const before = new Set((await this.#channels()).map(({ uuid }) => uuid));
    await this.#agent.dial('5000');
    let channel: string | undefined;
    // FreeSWITCH writes its table of channels in its own time.
    await this.#within('its call', async () => {
      const mine = (await this.#channels()).find(({ uuid, dest }) => dest === '5000' && !before.has(uuid));
      channel = mine?.uuid;
      return channel !== undefined;
    });
    if (channel === undefined) throw new Error('no channel');
    return channel;
  }

  /** The calls that this phone has made. */
  async #channels(): Promise<{ readonly uuid: string; readonly dest: string }[]> {
    const { rows = [] } = JSON.parse(await this.#api('show channels as json'));
    const { profile } = this.#around.settings;
    return rows.filter(({ name }: { name: string }) => name === `sofia/${profile}/${this.aor}`);
  }

  /** Goes, and comes back after its time. A second order while it is at it changes nothing. */
  #obey(wish: ReturnWish): void {
    this.#returning ??= this.#restart(wish);
    // Nobody waits for it yet.
    this.#returning.catch(() => {});
  }

  async #restart({ afterMs, unregistersFirst = false, newContact = false, ...change }: ReturnWish): Promise<void> {
    if (unregistersFirst) await this.#agent.unregister();
    await sleep(afterMs);
    await this.#agent.restart({ ...change, newPort: newContact });
    await this.#agent.register();
  }

  async #api(command: string): Promise<string> {
    return (await this.#around.connection.send({ line: `api ${command}` })).text;
  }

  async #isRegistered(): Promise<boolean> {
    const { profile } = this.#around.settings;
    const text = await this.#api(`sofia xmlstatus profile ${profile} user ${this.aor}`);
    return text.includes(`<call-id>${this.callId}</call-id>`);
  }

  async #subscribe(event: SubscribedEvent): Promise<void> {
    const callId = await this.#agent.subscribe(event);
    const hears = (): boolean => this.#inbox.requests.some(({ headers }) => headers.get('call-id') === callId);
    if (event === 'message-summary' && this.#around.hasVoicemail) await this.#within('its mailbox', hears);
    // Nobody tells when a subscription is in force; the first fence that comes through it does.
    await this.#fence(
      event === 'message-summary' ? this.#lamp({ 'sub-call-id': callId }) : this.#feature(callId),
      true,
    );
  }

  async #fences(): Promise<void> {
    await this.#fence(this.#notify());
    if (!this.#wish.offline) await this.#fence(this.#lamp({ 'call-id': this.callId }));
  }

  /** Sends a fence, or if it may be lost one after the other, and waits for it. */
  async #fence(command: (id: string) => Command, mayBeLost = false): Promise<void> {
    const ids: string[] = [];
    const send = async (): Promise<void> => {
      const id = `fence-${randomBytes(8).toString('hex')}`;
      ids.push(id);
      await this.#around.connection.send(command(id));
    };
    await send();
    await this.#within('a fence', async () => {
      if (ids.some((id) => this.#inbox.fences.has(id))) return true;
      if (mayBeLost) await send();
      return false;
    });
  }

  /** A fence for the queue of everything but lamps. */
  #notify(): (id: string) => Command {
    const { profile, domain } = this.#around.settings;
    return (id) => ({
      line: 'sendevent NOTIFY',
      headers: [
        ['profile', profile],
        ['event-string', id],
        ['content-type', 'text/plain'],
        ['to-uri', this.url],
        ['from-uri', `sip:${domain}`],
      ],
    });
  }

  /**
   * A fence through the mailbox, which tells a phone its state when that registers, if it is new to it: what begins with
   * `VM-` comes back in the answer.
   */
  #mailbox(): (id: string) => Command {
    return (id) => ({
      line: 'sendevent MESSAGE_QUERY',
      headers: [
        ['Message-Account', `sip:${this.aor}`],
        ['VM-sofia-profile', this.#around.settings.profile],
        ['VM-call-id', this.callId],
        ['VM-MWI-Fence', id],
      ],
    });
  }

  /** A fence for the queue of lamps, to one registration or one subscription. */
  #lamp(receiver: Readonly<Record<string, string>>): (id: string) => Command {
    return (id) => ({
      line: 'sendevent MESSAGE_WAITING',
      headers: [
        ['sofia-profile', this.#around.settings.profile],
        ['MWI-Messages-Waiting', 'no'],
        ['MWI-Message-Account', `sip:${this.aor}`],
        ['MWI-Fence', id],
        ...Object.entries(receiver),
      ],
    });
  }

  /** A fence for the queue of everything but lamps, to one subscription to features. */
  #feature(callId: string): (id: string) => Command {
    const { profile, domain } = this.#around.settings;
    return (id) => ({
      line: 'sendevent PHONE_FEATURE',
      headers: [
        ['profile', profile],
        ['user', this.user],
        ['host', domain],
        ['Feature-Event', 'DoNotDisturbEvent'],
        ['device', id],
        ['call-id', callId],
      ],
    });
  }

  async #within(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await within(PATIENCE_MS, done))) throw new Error(`${this.aor} waited ${PATIENCE_MS} ms for ${what}`);
  }
}
