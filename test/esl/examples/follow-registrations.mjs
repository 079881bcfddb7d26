// @ts-check
/** Tells of every phone that registers, for as long as it runs, whatever becomes of FreeSWITCH meanwhile. */
import { EslError, Gap, LastingSocket } from 'phonectl/esl';

async function follow() {
  const lasting = await LastingSocket.open({
    host: process.env.FREESWITCH_HOST ?? '127.0.0.1',
    port: Number(process.env.FREESWITCH_PORT ?? 8021),
    password: process.env.FREESWITCH_PASSWORD ?? 'ClueCon',
    setUp: (socket) => socket.subscribe({ subclasses: ['sofia::register'] }, 'json'),
    onLost: (error) => console.log(`lost: ${error.message}`),
  });

  process.once('SIGINT', () => void lasting.close());
  process.once('SIGTERM', () => void lasting.close());

  for await (const event of lasting.events('CUSTOM')) {
    if (event instanceof Gap) {
      // Nobody knows what was missed, so whoever keeps a list asks for it anew.
      const socket = await lasting.socket();
      const { text } = await socket.api('show registrations as json');
      console.log(`back: ${JSON.parse(text).row_count} phones are registered`);
    } else {
      console.log(`${event.headers.get('from-user')}@${event.headers.get('from-host')} has registered`);
    }
  }
}

follow().catch((error) => {
  console.error(error instanceof EslError ? error.message : error);
  process.exitCode = 1;
});
