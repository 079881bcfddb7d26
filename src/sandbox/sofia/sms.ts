import { setTimeout as wait } from 'node:timers/promises';
import type { Header } from '../../esl/headers.js';
import type { Bus } from '../bus.js';
import { uuid } from '../ids.js';
import type { Phone } from '../phones/phone.js';
import type { Registration } from '../phones/registration.js';
import { isTrue, sameText, startsWithText } from '../wire/c-text.js';
import type { EventMaker, EventSource } from '../wire/event-maker.js';
import { WireEvent } from '../wire/wire-event.js';
import { ChatThreads } from './chat-threads.js';
import { contentTypeHeader, destination } from './sip-fields.js';
import type { SipProfile } from './sip-profile.js';
import type { Sofia } from './sofia.js';

/** The subclass of the events that ask mod_sms for a text. */
export const SEND_MESSAGE = 'SMS::SEND_MESSAGE';
const REPORT = 'SMS::DELIVERY_REPORT';
const SEND_REPORT: EventSource = { file: 'mod_sms.c', func: 'send_report', line: 48 };

/** How often a blocking text looks for its answer, in milliseconds (`sofia_presence_chat_send`, sofia_presence.c). */
const POLL_MS = 100;
const SERVICE_UNAVAILABLE = 503;

/** Where a text is to go. */
interface Addressee {
  readonly profile: SipProfile;
  readonly host: string;
  readonly contacts: readonly Registration[];
  /** The URI itself, where `to` is one. */
  readonly uri: string | undefined;
}

/** One device that a text goes to. */
interface Target {
  readonly contact: string;
  readonly phone: Phone | undefined;
}

/** mod_sms: texts by `sendevent CUSTOM` with `Event-Subclass: SMS::SEND_MESSAGE`, and the report on what became of them. */
export class Sms {
  readonly #sofia: Sofia;
  readonly #bus: Bus;
  readonly #maker: EventMaker;
  readonly #timeoutMs: number;
  readonly #threads = new ChatThreads();
  readonly #closed = new AbortController();

  /** `timeoutMs`: how long a blocking text waits for its answer. */
  constructor(sofia: Sofia, bus: Bus, maker: EventMaker, timeoutMs: number) {
    this.#sofia = sofia;
    this.#bus = bus;
    this.#maker = maker;
    this.#timeoutMs = timeoutMs;
  }

  /** `event_handler` (mod_sms.c): the event, with what every event says. */
  handle(event: WireEvent, eventUuid: string): void {
    const failed = event.get('Delivery-Failure');
    if (failed !== undefined || isTrue(event.get('Nonblocking-Delivery'))) {
      this.#report(event, failed === undefined ? 'Accepted' : isTrue(failed) ? 'Failure' : 'Success');
      return;
    }
    const text = copyOf(event);
    text.add('skip_global_process', 'true');
    const proto = text.get('dest_proto');
    if (proto === undefined) return;
    text.add('dest_proto', proto);
    this.#threads.queue(() => this.#send(text, eventUuid));
  }

  /** Ends every wait for an answer; nothing is reported any more. */
  close(): void {
    this.#closed.abort();
  }

  /** `do_chat_send` (switch_loadable_module.c) */
  async #send(text: WireEvent, eventUuid: string): Promise<void> {
    if (this.#closed.signal.aborted) return;
    if (!text.has('proto')) text.add('proto', 'global');
    const sip = sameText(text.get('dest_proto') ?? '', 'sip');
    const delivered = sip && (await this.#deliver(text, eventUuid));
    if (this.#closed.signal.aborted) return;
    const blocking = isTrue(text.get('blocking'));
    if (blocking) text.add('Delivery-Failure', String(!delivered));
    else text.add('Nonblocking-Delivery', 'true');
    text.add('skip_global_process', 'true');
    this.#report(text, blocking ? (delivered ? 'Success' : 'Failure') : 'Accepted');
  }

  /** `sofia_presence_chat_send` (sofia_presence.c): whether it went well, which without `blocking` only means: sent. */
  async #deliver(text: WireEvent, eventUuid: string): Promise<boolean> {
    const to = this.#addressee(text);
    const from = sender(text, to?.profile);
    if (!to || from === undefined) return false;
    const { registry } = this.#sofia;
    const targets: readonly Target[] =
      to.uri === undefined
        ? to.contacts.map((row) => ({ contact: row.contact, phone: registry.phoneOf(row) }))
        : [{ contact: to.uri, phone: this.#sofia.phoneAt(to.uri) }];
    const blocking = isTrue(text.get('blocking'));
    if (targets.length === 0) return this.#nobody(text, to.host);
    let status: number | undefined;
    let delivered = true;
    for (const target of targets) {
      const answer = this.#message(text, { profile: to.profile, from, ...target }, eventUuid);
      if (!blocking) continue;
      // The status of one contact is not forgotten before the next: with several devices the first answer counts.
      if (!status) status = await this.#answer(answer);
      text.add('Delivery-Result-Code', String(status));
      delivered = status >= 200 && status < 300;
    }
    return delivered;
  }

  #addressee(text: WireEvent): Addressee | undefined {
    const to = text.get('to');
    if (to === undefined || !text.has('from')) return undefined;
    const slash = to.indexOf('/');
    const address = slash < 0 ? to : to.slice(slash + 1);
    const uri = startsWithText(address, 'sip:') ? address : undefined;
    const at = address.indexOf('@');
    const user = at < 0 ? address : address.slice(0, at);
    const host = at < 0 ? undefined : address.slice(at + 1);
    const { registry } = this.#sofia;
    const name = slash < 0 ? (text.get('sip_profile') ?? host) : to.slice(0, slash);
    const profile = registry.profile(name ?? '');
    if (!profile) return undefined;
    const domain = host || (name ?? '');
    return { profile, uri, host: domain, contacts: uri === undefined ? registry.byUser(profile, user, domain) : [] };
  }

  #message(text: WireEvent, message: Target & { profile: SipProfile; from: string }, eventUuid: string): number | null {
    const { profile, from, contact, phone } = message;
    const { uri, route } = destination(contact);
    const type = contentTypeHeader(text.get('type') || 'text/html');
    if (type === undefined) return null;
    const headers: Header[] = [
      ['Content-Type', type],
      ['X-FS-Sending-Message', this.#maker.coreUuid],
    ];
    const order = () => ({
      method: 'MESSAGE' as const,
      profile,
      uri,
      route,
      from,
      to: contact,
      callId: uuid(),
      cseq: this.#sofia.nextCseq(),
      contact: null,
      headers,
      body: text.body ?? '',
    });
    return this.#sofia.send({ phone, order }, eventUuid);
  }

  /**
   * Nobody is registered. For a host that is not its own FreeSWITCH looks the domain up, and its own SIP stack answers when
   * that fails; for its own it does not even try, and there is no status.
   */
  async #nobody(text: WireEvent, host: string): Promise<boolean> {
    const own = this.#sofia.registry.profile(host) !== undefined;
    if (!own && isTrue(text.get('blocking'))) {
      text.add('Delivery-Result-Code', String(await this.#answer(SERVICE_UNAVAILABLE)));
    }
    return false;
  }

  /** Waits as FreeSWITCH does: an answer is seen at the next look, and no answer is 0 in the end. */
  async #answer(status: number | null): Promise<number> {
    const ms = status === null ? this.#timeoutMs : Math.min(POLL_MS, this.#timeoutMs);
    await wait(ms, undefined, { ref: false, signal: this.#closed.signal }).catch(() => undefined);
    return status ?? 0;
  }

  /** `send_report` (mod_sms.c): the headers of the text, after what is the report's own; without its body. */
  #report(text: WireEvent, status: string): void {
    const event = this.#maker.create('CUSTOM', REPORT, SEND_REPORT);
    event.add('Status', status);
    for (const [name, value] of text.entries()) {
      if (name !== 'Event-Subclass' && name !== 'Event-Name') event.add(name, value);
    }
    this.#bus.emit('report', { event });
  }
}

/** The From: for texts that come from SIP what they say in full, for others made up of `from`. */
function sender(text: WireEvent, profile: SipProfile | undefined): string | undefined {
  const proto = text.get('proto') ?? '';
  if (sameText(proto, 'sip')) return text.get('from_full') ?? (profile && `sip:${profile.ip}`);
  const from = text.get('from') ?? '';
  const at = from.indexOf('@');
  const user = at < 0 ? from : from.slice(0, at);
  const host = (at < 0 ? '' : from.slice(at + 1)) || (profile?.name ?? '');
  const by = text.get('from_proto');
  const plain = /global/i.test(proto) && (by === undefined || sameText(by, 'sip'));
  return `"${user}" <sip:${plain ? '' : `${by ?? proto}+`}${user}@${host}>`;
}

function copyOf(event: WireEvent): WireEvent {
  const copy = new WireEvent();
  for (const [name, value] of event.entries()) copy.add(name, value);
  copy.body = event.body;
  return copy;
}
