import { type EventSocket, type OutboundCall, OutboundServer } from '../../src/esl/index.js';

/** A call that FreeSWITCH has handed over, and what it may be told of. */
export interface HandedOver {
  readonly call: OutboundCall;
  /** Ends what was begun for it. */
  close(): Promise<void>;
}

/** Has FreeSWITCH call itself (`loopback/…`) and hand the call over with these words of the `socket` application. */
export async function handedOver(socket: EventSocket, number: string, words: string): Promise<HandedOver> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let server: OutboundServer | undefined;
  const call = new Promise<OutboundCall>((resolve, reject) => {
    void OutboundServer.listen({
      port: 0,
      onCall: async (taken) => {
        resolve(taken);
        await released;
      },
      onError: reject,
    })
      .then((listening) => {
        server = listening;
        const application = `socket(127.0.0.1:${listening.port}${words && ` ${words}`})`;
        return socket.api(`originate {origination_caller_id_number=1003}loopback/${number}/public '&${application}'`);
      })
      .then(({ ok, text }) => {
        if (!ok) reject(new Error(text));
      }, reject);
  });
  const close = async (): Promise<void> => {
    release();
    await server?.close();
  };
  try {
    return { call: await call, close };
  } catch (error) {
    await close();
    throw error;
  }
}
