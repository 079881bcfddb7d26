// @ts-check
/** Follows one call to its end: `node one-call.mjs UUID`. */
import { EslError, openSocket } from 'phonectl/esl';

/** @param {string} uuid */
async function follow(uuid) {
  const socket = await openSocket({
    host: process.env.FREESWITCH_HOST ?? '127.0.0.1',
    port: Number(process.env.FREESWITCH_PORT ?? 8021),
    password: process.env.FREESWITCH_PASSWORD ?? 'ClueCon',
  });
  try {
    // The iteration begins before the subscription, so it misses nothing.
    const events = socket.events('CHANNEL_ANSWER', 'DTMF', 'CHANNEL_HANGUP_COMPLETE');
    await socket.filter('Unique-ID', uuid);
    await socket.subscribe({ names: ['CHANNEL_ANSWER', 'DTMF', 'CHANNEL_HANGUP_COMPLETE'] });

    // Asked last, so that the end of a call that is there now is not missed.
    const { text } = await socket.api(`uuid_exists ${uuid}`);
    if (text !== 'true') {
      console.error(`there is no call ${uuid}`);
      process.exitCode = 1;
      return;
    }

    for await (const { name, headers } of events) {
      if (name === 'CHANNEL_ANSWER') console.log(`answered by ${headers.get('Caller-Destination-Number')}`);
      if (name === 'DTMF') console.log(`pressed ${headers.get('DTMF-Digit')}`);
      if (name === 'CHANNEL_HANGUP_COMPLETE') {
        console.log(`ended: ${headers.get('Hangup-Cause')}`);
        return;
      }
    }
  } finally {
    await socket.close();
  }
}

const [uuid] = process.argv.slice(2);
if (uuid === undefined) {
  console.error('usage: node one-call.mjs UUID');
  process.exitCode = 2;
} else {
  follow(uuid).catch((error) => {
    console.error(error instanceof EslError ? error.message : error);
    process.exitCode = 1;
  });
}
