/**
 * What is lost: one `command` or one `event`, and the connection goes on; or the `connection`, and with it all that was
 * under way on it.
 */
export type Loss = 'command' | 'event' | 'connection';

export interface EslErrorOptions {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  readonly written?: boolean;
}

/** Everything that can go wrong on an event socket. `message` says what failed and why, `hint` what to try. */
export abstract class EslError extends Error {
  abstract readonly code: string;
  abstract readonly lost: Loss;
  readonly hint: string | undefined;
  /**
   * Whether the bytes of the failed command had been handed to the network. If so and no reply came, it may have been
   * carried out; if not, it certainly was not.
   */
  readonly written: boolean;

  constructor(message: string, options: EslErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.written = options.written ?? false;
  }
}

/** No TCP connection: nothing listens there, no route, no such name. */
export class EslConnectError extends EslError {
  readonly code = 'connect';
  readonly lost = 'connection';
}

/** The password or the user was refused (`-ERR invalid`). */
export class EslAuthError extends EslError {
  readonly code = 'auth';
  readonly lost = 'connection';
}

/** `text/rude-rejection`: our address is outside the server's `apply-inbound-acl`. */
export class EslAclError extends EslError {
  readonly code = 'acl';
  readonly lost = 'connection';
}

export interface EslClosedErrorOptions extends EslErrorOptions {
  readonly notice?: string | undefined;
  readonly sessionUuid?: string | undefined;
}

/** The server closed the connection, or it broke. */
export class EslClosedError extends EslError {
  readonly code = 'closed';
  readonly lost = 'connection';
  /** The text of the server's disconnect notice, if it sent one. */
  readonly notice: string | undefined;
  /** The call that the connection controlled, if the server closed it because that call is over. */
  readonly sessionUuid: string | undefined;

  constructor(message: string, options: EslClosedErrorOptions = {}) {
    super(message, options);
    this.notice = options.notice;
    this.sessionUuid = options.sessionUuid;
  }
}

/** Something did not come in time. A reply that is overdue retires the connection, as the next one could be taken for it. */
export class EslTimeoutError extends EslError {
  readonly code = 'timeout';
  readonly lost = 'connection';
}

/** What answers there is not an event socket: an HTTP server, a TLS port, an SSH daemon. */
export class EslNotFreeSwitchError extends EslError {
  readonly code = 'not-freeswitch';
  readonly lost = 'connection';
}

/** A header block or a body beyond the limit that protects our memory. */
export class EslTooLargeError extends EslError {
  readonly code = 'too-large';
  readonly lost = 'connection';
}

/** Bytes that are not the protocol, or a reply that nobody asked for: the connection is out of step. */
export class EslProtocolError extends EslError {
  readonly code = 'protocol';
  readonly lost = 'connection';
}

/** An event that can't be read. It was delimited by its length, so the messages behind it are still in step. */
export class EslEventError extends EslError {
  readonly code = 'event';
  readonly lost = 'event';
}

/** A command that must not be written as it is: it would corrupt itself or the ones after it. Nothing was written. */
export class EslUnsafeError extends EslError {
  readonly code = 'unsafe';
  readonly lost = 'command';
}

export interface EslRefusedErrorOptions extends EslErrorOptions {
  readonly reply?: string | undefined;
}

/** FreeSWITCH answered `-ERR` to a command that has no other answer: it was not carried out. The connection goes on. */
export class EslRefusedError extends EslError {
  readonly code = 'refused';
  readonly lost = 'command';
  /** What it answered. */
  readonly reply: string | undefined;

  constructor(message: string, options: EslRefusedErrorOptions = {}) {
    super(message, options);
    this.reply = options.reply;
  }
}

export interface EslUnfinishedErrorOptions extends EslErrorOptions {
  readonly hangupCause?: string | undefined;
}

/** A command was taken, and the event that tells how it ended did not come in time. It may still be carried out. */
export class EslUnfinishedError extends EslError {
  readonly code = 'unfinished';
  readonly lost = 'command';
  /** Why its call ended, if that is why the event does not come; then it is not carried out any more. */
  readonly hangupCause: string | undefined;

  constructor(message: string, options: EslUnfinishedErrorOptions = {}) {
    super(message, options);
    this.hangupCause = options.hangupCause;
  }
}
