/** Greets callers, one step after another. In the dialplan: `<action application="socket" data="127.0.0.1:8084"/>`. */
import { OutboundServer } from 'phonectl/esl';

const server = await OutboundServer.listen({
  port: Number(process.env.PORT ?? 8084),
  onCall: async (call) => {
    // Without `async` each promise resolves when the application is done.
    await call.execute({ application: 'answer' });
    await call.execute({ application: 'playback', argument: 'welcome.wav' });
    const language = (await call.getVariable('language')) ?? 'en';
    await call.execute({ application: 'playback', argument: `goodbye-${language}.wav` });
    await call.hangUp();
  },
  onError: (error) => console.error(error),
});
console.log(`listening on ${server.host}:${server.port}`);

process.once('SIGTERM', () => void server.close());
