/** Asks callers for a digit. In the dialplan: `<action application="socket" data="127.0.0.1:8084 async full"/>`. */
import { type OutboundCall, OutboundServer } from 'phonectl/esl';

async function menu(call: OutboundCall): Promise<void> {
  await call.myEvents();
  await call.execute({ application: 'answer' });
  const { headers } = await call.executeToEnd({
    application: 'play_and_get_digits',
    argument: '1 1 3 5000 # menu.wav invalid.wav choice [123]',
  });
  const choice = headers.get('variable_choice');
  console.log(`${call.headers.get('Caller-Caller-ID-Number')} chose ${choice ?? 'nothing'}`);

  // A full socket may do more than this call: look something up, for instance.
  const busy = await call.api(`db select/queue/${choice}`);
  if (busy.text === 'closed') await call.executeToEnd({ application: 'playback', argument: 'closed.wav' });
  else await call.execute({ application: 'transfer', argument: `queue-${choice}` });
}

const server = await OutboundServer.listen({
  port: Number(process.env.PORT ?? 8084),
  onCall: menu,
  onError: (error, call) => console.error(call?.uuid, error),
});
console.log(`listening on ${server.host}:${server.port}`);

process.once('SIGTERM', () => void server.close());
