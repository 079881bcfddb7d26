// @ts-check
/** Greets callers, one step after another. In the dialplan: `<action application="socket" data="127.0.0.1:8084"/>`. */
import { EslError, OutboundServer } from 'phonectl/esl';

/** @param {import('phonectl/esl').OutboundCall} call */
async function greet(call) {
  // Without `async` each promise resolves when the application is done.
  await call.execute({ application: 'answer' });
  await call.execute({ application: 'playback', argument: 'welcome.wav' });
  const language = (await call.getVariable('language')) ?? 'en';
  await call.execute({ application: 'playback', argument: `goodbye-${language}.wav` });
  await call.hangUp();
}

/** @param {unknown} error */
function report(error) {
  console.error(error instanceof EslError ? error.message : error);
}

try {
  const server = await OutboundServer.listen({
    port: Number(process.env.PORT ?? 8084),
    onCall: greet,
    onError: report,
  });
  console.log(`listening on ${server.host}:${server.port}`);
  process.once('SIGINT', () => void server.close());
  process.once('SIGTERM', () => void server.close());
} catch (error) {
  report(error);
  process.exitCode = 1;
}
