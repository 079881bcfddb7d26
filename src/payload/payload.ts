import type { Command, Header } from '../esl/index.js';

/** One event for FreeSWITCH: what a rendered template is, before it becomes bytes. */
export interface Payload {
  /** `NOTIFY`, `MESSAGE_WAITING`, … as the template has it. */
  readonly event: string;
  /** Without content-length, which follows from the body, and without headers whose value is empty. */
  readonly headers: readonly Header[];
  /** Empty if there is none. */
  readonly body: string;
}

/** Of an event string that only a mistake makes so long, no more is shown, characters. */
const MAX_DETAIL = 200;

/** The value of a header, looked up without regard to case as FreeSWITCH does. */
export function headerOf(payload: Payload, name: string): string | undefined {
  for (const [key, value] of payload.headers) {
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return value;
  }
  return undefined;
}

/** The `sendevent` command that carries this payload. `encodeCommand` makes it bytes. */
export function toCommand({ event, headers, body }: Payload): Command {
  return { line: `sendevent ${event}`, headers, body };
}

/**
 * What a person calls this payload: the event, and its event string or feature where it has one
 * (`NOTIFY check-sync;reboot=false`, `PHONE_FEATURE DoNotDisturbEvent`).
 */
export function titleOf(payload: Payload): string {
  const detail = ['event-string', 'feature-event', 'event-subclass']
    .map((name) => headerOf(payload, name))
    .find(Boolean);
  if (detail === undefined) return payload.event;
  return `${payload.event} ${detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL)}…` : detail}`;
}
