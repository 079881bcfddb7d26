import { EslConnectError, OutboundServer, type OutboundServerOptions } from '../../esl/index.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** Begins to listen for calls. @throws Failure if the address can't be used */
export async function listening(options: OutboundServerOptions): Promise<OutboundServer> {
  try {
    return await OutboundServer.listen(options);
  } catch (error) {
    if (!(error instanceof EslConnectError)) throw error;
    throw new Failure(error.message, EXIT.input, { hint: error.hint });
  }
}
