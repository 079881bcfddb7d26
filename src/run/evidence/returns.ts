import type { RegisterEvent } from '../../freeswitch/register-events.js';
import type { Registration } from '../../freeswitch/registration.js';
import { identify } from '../../vendor/identify.js';

/** What was known of a device's registration, and when. */
export interface Before {
  readonly callId: string;
  readonly contact: string;
  readonly userAgent: string;
  readonly networkIp: string;
  /** When it would have run out, milliseconds since 1970; undefined if the server did not say. */
  readonly expiresAt: number | undefined;
  /**
   * Whether this is from the phone's own last registration. The server's list keeps the User-Agent with which a contact
   * was registered first (`sofia_reg_handle_register_token`, sofia_reg.c), so another one now may be old news.
   */
  readonly fromEvent: boolean;
}

/** FreeSWITCH keeps a registration so much longer than it grants (`sip-expires-late-margin`, sofia.c), seconds. */
const KEPT_LONGER = 60;

/**
 * Phones refresh a registration when half of its time or more has gone (RFC 3261, section 10.2.4, leaves it to them). One
 * that registers in the first part of it had a reason.
 */
const EARLY = 0.4;

export function beforeOf(registration: Registration, askedAt: number): Before {
  const { callId, contact, userAgent, networkIp, expiresInSeconds } = registration;
  const expiresAt =
    expiresInSeconds === undefined ? undefined : askedAt + Math.max(0, expiresInSeconds - KEPT_LONGER) * 1000;
  return { callId, contact, userAgent, networkIp, expiresAt, fromEvent: false };
}

/** What a device's own event leaves behind for the next one. */
export function afterEvent(event: RegisterEvent, before: Before | undefined, now: number): Before {
  const { callId, contact, userAgent, networkIp, expiresInSeconds } = event;
  return {
    callId,
    contact: contact ?? before?.contact ?? '',
    userAgent: userAgent ?? before?.userAgent ?? '',
    networkIp: networkIp ?? before?.networkIp ?? '',
    expiresAt: expiresInSeconds === undefined ? undefined : now + expiresInSeconds * 1000,
    fromEvent: true,
  };
}

/**
 * By what a registration can be told from a refresh that was due anyway; undefined if by nothing. With it, a new version
 * of the firmware.
 * @param wasGone whether the device had unregistered, or its registration had run out
 */
export function signOfReturn(event: RegisterEvent, before: Before, wasGone: boolean, now: number): string | undefined {
  const firmware = newFirmware(before.userAgent, event.userAgent ?? before.userAgent);
  const sign = wasGone
    ? 'it had unregistered'
    : event.callId !== before.callId
      ? 'new Call-ID'
      : event.contact !== undefined && event.contact !== before.contact
        ? 'its contact changed'
        : isEarly(event, before, now)
          ? 'long before it was due'
          : undefined;
  if (firmware === undefined) return sign;
  if (sign === undefined) return before.fromEvent ? firmware : undefined;
  return `${sign}, ${firmware}`;
}

function isEarly({ expiresInSeconds }: RegisterEvent, { expiresAt }: Before, now: number): boolean {
  if (expiresInSeconds === undefined || expiresAt === undefined) return false;
  const lifetime = expiresInSeconds * 1000;
  const gone = lifetime - (expiresAt - now);
  return gone < lifetime * EARLY;
}

function newFirmware(before: string, after: string): string | undefined {
  if (before === after || before === '') return undefined;
  const versions = [before, after].map((agent) => identify(agent)?.firmware);
  const [old, young] = versions.every(Boolean) && versions[0] !== versions[1] ? versions : [before, after];
  return `firmware ${old?.slice(0, 60)} → ${young?.slice(0, 60)}`;
}
