import type { ChannelData } from './channel-data.js';
import type { Connection } from './connection.js';
import { EventSocket } from './event-socket.js';
import type { Headers } from './headers.js';
import type { News } from './news.js';

/**
 * One call that FreeSWITCH has handed over (its `socket` application). Commands without a uuid are for this call. When it
 * hangs up, FreeSWITCH closes the socket, or keeps it open as `linger` says; then iterations end and `closed` resolves with an
 * EslClosedError that has the call's `sessionUuid`.
 *
 * Without `full` in the dialplan FreeSWITCH refuses `api`, `bgapi`, `sendevent`, `event`, `linger` and `log` (use `myEvents`), without
 * `async` it carries out each application before it reads on.
 */
export class OutboundCall extends EventSocket implements ChannelData {
  readonly uuid: string;
  readonly headers: Headers;
  readonly mode: ChannelData['mode'];
  readonly control: ChannelData['control'];
  /** Resolves when the call has ended, or the socket has; a socket that lingers is open then. */
  readonly hungUp: Promise<void>;

  /** For those who have a connection already; a server makes its own. */
  constructor(connection: Connection, news: News, { uuid, headers, mode, control }: ChannelData) {
    super(connection, news);
    this.uuid = uuid;
    this.headers = headers;
    this.mode = mode;
    this.control = control;
    this.hungUp = new Promise((resolve) => {
      this.on('message', (message) => {
        if (message.contentType === 'text/disconnect-notice') resolve();
      });
      void this.closed.then(() => resolve());
    });
    void this.hungUp.then(() => this.callIsOver());
  }

  /** A variable as it was when the session began: `variable('sip_call_id')`. */
  variable(name: string): string | undefined {
    return this.headers.get(`variable_${name}`);
  }

  protected override get callUuid(): string {
    return this.uuid;
  }

  /** A synchronous socket answers when the application is done, which nobody can know. */
  protected override get executeMs(): number {
    return this.mode === 'static' ? Number.POSITIVE_INFINITY : super.executeMs;
  }
}
