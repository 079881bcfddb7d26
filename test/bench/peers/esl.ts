import { FreeSwitchClient, type FreeSwitchResponse } from 'esl';
import { CONTENT_TYPE, DOMAIN, EVENT_STRING, PROFILE } from '../fleet.js';
import type { OpenPeer } from './peer.js';

const SILENT = { debug: () => {}, info: () => {}, error: (...args: unknown[]) => console.error(...args) };

/** esl. It rejects for what is not +OK. */
export const openEsl: OpenPeer = async (server) => {
  const client = new FreeSwitchClient({ ...server, logger: SILENT });
  const call = await new Promise<FreeSwitchResponse>((resolve) => {
    client.on('connect', resolve);
    client.connect();
  });
  return {
    order: async (user) => {
      await call.sendevent('NOTIFY', {
        profile: PROFILE,
        'event-string': EVENT_STRING,
        user,
        host: DOMAIN,
        'content-type': CONTENT_TYPE,
      });
    },
    events: async (onLine) => {
      call.on('CHANNEL_ANSWER', ({ body }) => onLine(JSON.stringify(body)));
      await call.event_json('CHANNEL_ANSWER');
    },
    close: () => {
      client.end();
    },
  };
};
