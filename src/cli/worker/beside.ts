import type { Connector } from '../connector.js';
import { type Failure, toFailure } from '../failure.js';

/**
 * Why the FreeSWITCH beside a worker takes no orders just now; undefined if it does, as far as connection and login tell. It is asked on
 * a connection of its own.
 * @param signal aborted when nobody needs to know any more
 */
export async function whyAway(connector: Pick<Connector, 'open'>, signal: AbortSignal): Promise<Failure | undefined> {
  try {
    const connection = await connector.open({ signal });
    await connection.close();
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}
