import { EslError } from '../esl/index.js';
import type { Aor } from '../inventory/aor.js';
import type { Connector } from './connector.js';
import { type LookUp, openLookUp } from './look-up.js';

/** A server of a run, as far as it has been asked. */
export interface OpenSite {
  readonly connector: Connector;
  readonly lookUp: LookUp | undefined;
  /** Why it could not be asked: then it can't be sent to either. */
  readonly offline: EslError | undefined;
}

/** Servers that nobody is asked about. */
export function unasked(connectors: readonly Connector[]): readonly OpenSite[] {
  return connectors.map((connector) => ({ connector, lookUp: undefined, offline: undefined }));
}

/**
 * Asks each server who is there, all at once.
 * @param aors those that will be asked for, if they are few
 * @throws QuestionError, Failure; EslError never: a server that is down is `offline`
 */
export async function askSites(
  connectors: readonly Connector[],
  sipProfile: string | undefined,
  aors: readonly Aor[] | undefined,
): Promise<readonly OpenSite[]> {
  const opened: LookUp[] = [];
  const asked = await Promise.allSettled(
    connectors.map(async (connector): Promise<OpenSite> => {
      try {
        const lookUp = await openLookUp(connector, sipProfile);
        opened.push(lookUp);
        await lookUp.registrar.prepare(aors);
        return { connector, lookUp, offline: undefined };
      } catch (error) {
        if (!(error instanceof EslError)) throw error;
        return { connector, lookUp: undefined, offline: error };
      }
    }),
  );
  const failed = asked.find((one) => one.status === 'rejected');
  if (failed) {
    await Promise.all(opened.map((lookUp) => lookUp.close()));
    throw failed.reason;
  }
  return asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

export async function closeSites(sites: readonly OpenSite[]): Promise<void> {
  await Promise.all(sites.map(({ lookUp }) => lookUp?.close()));
}
