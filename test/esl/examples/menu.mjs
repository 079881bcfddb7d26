// @ts-check
/** Asks callers for a digit. In the dialplan: `<action application="socket" data="127.0.0.1:8084 async full"/>`. */
import { EslError, OutboundServer } from 'phonectl/esl';

/** @param {import('phonectl/esl').OutboundCall} call */
async function menu(call) {
  await call.myEvents();
  await call.execute({ application: 'answer' });
  const { headers } = await call.executeToEnd({
    application: 'play_and_get_digits',
    argument: '1 1 3 5000 # menu.wav invalid.wav choice [123]',
  });
  const choice = headers.get('variable_choice');
  console.log(`${call.headers.get('Caller-Caller-ID-Number')} chose ${choice ?? 'nothing'}`);
  if (choice === undefined) {
    await call.hangUp();
    return;
  }

  // A full socket may do more than this call: look something up, for instance.
  const queue = await call.api(`db select/queue/${choice}`);
  if (queue.text === 'closed') await call.executeToEnd({ application: 'playback', argument: 'closed.wav' });
  else await call.execute({ application: 'transfer', argument: `queue-${choice}` });
}

/** @param {unknown} error */
function report(error) {
  console.error(error instanceof EslError ? error.message : error);
}

try {
  const server = await OutboundServer.listen({
    port: Number(process.env.PORT ?? 8084),
    onCall: menu,
    onError: report,
  });
  console.log(`listening on ${server.host}:${server.port}`);
  process.once('SIGINT', () => void server.close());
  process.once('SIGTERM', () => void server.close());
} catch (error) {
  report(error);
  process.exitCode = 1;
}
