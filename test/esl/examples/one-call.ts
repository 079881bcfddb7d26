/** Follows one call to its end: `node one-call.js UUID`. */
import { openSocket } from 'phonectl/esl';

const [uuid = ''] = process.argv.slice(2);
const socket = await openSocket({
  host: process.env.FREESWITCH_HOST ?? '127.0.0.1',
  port: Number(process.env.FREESWITCH_PORT ?? 8021),
  password: process.env.FREESWITCH_PASSWORD ?? 'ClueCon',
});

// The iteration begins before the subscription, so it misses nothing.
const events = socket.events('CHANNEL_ANSWER', 'DTMF', 'CHANNEL_HANGUP_COMPLETE');
await socket.filter('Unique-ID', uuid);
await socket.subscribe({ names: ['CHANNEL_ANSWER', 'DTMF', 'CHANNEL_HANGUP_COMPLETE'] });

for await (const { name, headers } of events) {
  if (name === 'CHANNEL_ANSWER') console.log(`answered by ${headers.get('Caller-Destination-Number')}`);
  if (name === 'DTMF') console.log(`pressed ${headers.get('DTMF-Digit')}`);
  if (name === 'CHANNEL_HANGUP_COMPLETE') {
    console.log(`ended: ${headers.get('Hangup-Cause')}`);
    break;
  }
}

await socket.close();
