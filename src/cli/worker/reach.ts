import { setTimeout as wait } from 'node:timers/promises';
import { isTurnedAway, pauseBeforeTry } from '../../esl/index.js';
import { parseRetry } from '../flag-values.js';
import type { OpenSite } from '../sites.js';
import type { RunAtWork } from './work-of.js';

export interface ReachOptions {
  readonly work: Pick<RunAtWork, 'flags' | 'reached'>;
  readonly signal: AbortSignal;
  /** Opens the server and asks it. */
  readonly open: () => Promise<OpenSite>;
  readonly say: (line: string) => void;
}

/**
 * The server as a slice finds it. One that an earlier slice of the run has reached is tried again as long as a run tries one that it
 * has lost: where a slice ends is nobody's business but ours.
 * @throws as `open` does
 */
export async function reach({ work, signal, open, say }: ReachOptions): Promise<OpenSite> {
  const deadline = Date.now() + parseRetry(work.flags['retry-for']);
  for (let tries = 0; ; tries++) {
    const site = await open();
    const left = deadline - Date.now();
    const isOver = !work.reached.is || left <= 0 || signal.aborted || isTurnedAway(site.offline);
    if (!site.offline || isOver) {
      work.reached.is ||= site.offline === undefined;
      if (tries > 0 && !site.offline) say(`note: ${site.connector.name} is back`);
      return site;
    }
    if (tries === 0) say(`warning: ${site.offline.message}; trying again`);
    await wait(Math.min(left, pauseBeforeTry(tries)), undefined, { signal }).catch(() => {});
  }
}
