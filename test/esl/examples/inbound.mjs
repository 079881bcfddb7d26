// @ts-check
/** Asks a FreeSWITCH how it is, and has it place a call while we wait for what becomes of it. */
import { EslError, openSocket } from 'phonectl/esl';

async function placeCall() {
  const socket = await openSocket({
    host: process.env.FREESWITCH_HOST ?? '127.0.0.1',
    port: Number(process.env.FREESWITCH_PORT ?? 8021),
    password: process.env.FREESWITCH_PASSWORD ?? 'ClueCon',
  });
  try {
    // Answered at once, so FreeSWITCH may do it before it reads on.
    const status = await socket.api('status');
    console.log(status.text);

    // Takes until somebody answers, so it goes into the background.
    const call = await socket.bgapi('originate user/1000 &echo', { timeoutMs: 120_000 });
    console.log(call.ok ? `1000 has answered: ${call.text}` : `1000 can't be reached: ${call.text}`);
  } finally {
    await socket.close();
  }
}

placeCall().catch((error) => {
  console.error(error instanceof EslError ? error.message : error);
  process.exitCode = 1;
});
