import { type ConnectOptions, connect } from './connect.js';
import { EventSocket } from './event-socket.js';
import { News } from './news.js';

/**
 * Connects to the event socket of a FreeSWITCH and logs in (inbound mode), once: a refusal is final, and a connection that is
 * lost does not come back. For one that does: `LastingSocket`.
 * @throws EslConnectError, EslAuthError, EslAclError, EslNotFreeSwitchError, EslClosedError, EslTimeoutError
 */
export async function openSocket(options: ConnectOptions): Promise<EventSocket> {
  const news = new News();
  const connection = await connect({
    ...options,
    onMessage: (message) => {
      news.receive(message);
      options.onMessage?.(message);
    },
  });
  return new EventSocket(connection, news);
}
