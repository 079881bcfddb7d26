import { CONTENT_TYPE, DOMAIN, EVENT_STRING, PROFILE } from '../fleet.js';
import type { PeerConnection, Server } from './peer.js';

/** modesl, or drachtio's fork of it, which is used in the same way. */
export async function openModEsl(
  load: () => Promise<{ default: ModEsl }>,
  { host, port, password }: Server,
): Promise<PeerConnection> {
  const { default: esl } = await load();
  const connection = await new Promise<ModEslConnection>((resolve, reject) => {
    const opened = new esl.Connection(host, port, password, () => resolve(opened));
    opened.on('error', (error) => reject(error));
  });
  return {
    order: (user) =>
      new Promise((resolve, reject) => {
        const event = new esl.Event('NOTIFY');
        event.addHeader('profile', PROFILE);
        event.addHeader('event-string', EVENT_STRING);
        event.addHeader('user', user);
        event.addHeader('host', DOMAIN);
        event.addHeader('content-type', CONTENT_TYPE);
        connection.sendEvent(event, (reply) => {
          const text = reply.getHeader('Reply-Text') ?? '';
          if (text.startsWith('+OK')) resolve();
          else reject(new Error(text));
        });
      }),
    events: (onLine) => {
      connection.on('esl::event::CHANNEL_ANSWER::**', (event) => {
        onLine(JSON.stringify(Object.fromEntries(event.headers.map(({ name, value }) => [name, value]))));
      });
      return new Promise((resolve) => connection.events('json', ['CHANNEL_ANSWER'], resolve));
    },
    close: () => connection.disconnect(),
  };
}
