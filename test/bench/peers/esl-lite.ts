import { setTimeout as sleep } from 'node:timers/promises';
import { FreeSwitchClient } from 'esl-lite';
import { CONTENT_TYPE, DOMAIN, EVENT_STRING, PROFILE } from '../fleet.js';
import type { OpenPeer } from './peer.js';

/** It counts the time in its own queue too. */
const TIMEOUT_MS = 120_000;

const quiet = () => {};
const SILENT = {
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (...args: unknown[]) => console.error(...args),
  child: () => SILENT,
} as never;

/** esl-lite. It never rejects, but resolves with an error. */
export const openEslLite: OpenPeer = async (server) => {
  const client = new FreeSwitchClient({ ...server, logger: SILENT });
  // What it is told before FreeSWITCH has asked for the password it writes twice, and from then on each reply goes to the
  // command before; it has no other way to say that it is there.
  while (client.stats.authRequest === 0n) await sleep(1);
  return {
    order: async (user) => {
      const args = {
        profile: PROFILE,
        'event-string': EVENT_STRING,
        user,
        host: DOMAIN,
        'content-type': CONTENT_TYPE,
      };
      const reply = await client.sendevent('NOTIFY', args, TIMEOUT_MS);
      if (reply instanceof Error) throw reply;
    },
    events: async (onLine) => {
      client.on('CHANNEL_ANSWER', ({ body }) => onLine(JSON.stringify(body.data)));
    },
    close: () => client.end(),
  };
};
