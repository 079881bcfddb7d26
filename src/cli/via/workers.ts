import { RunLists } from '../../queue/lists.js';
import { isThere, type KnownWorker, Workers } from '../../queue/workers.js';
import { usageError } from '../failure.js';
import { formatColumns } from '../output/columns.js';
import { type OpenQueue, withQueue } from './open-queue.js';

/** The workers of a queue, by their servers. @throws QueueError, ConfigError, Failure */
export async function listWorkers(via: string | undefined): Promise<KnownWorker[]> {
  return withQueue(via, async ({ store }) => [...(await new Workers(store).all()).values()]);
}

/** For people: a line for each. */
export function describeWorkers(workers: readonly KnownWorker[]): string {
  if (workers.length === 0) return 'no workers\n';
  const rows = workers.map((worker) => {
    const state = isThere(worker) ? 'there' : `gone, heard of last at ${timeOf(worker.at)}`;
    return [worker.server, state, worker.host, worker.version, timeOf(worker.since)];
  });
  return formatColumns(['SERVER', 'STATE', 'HOST', 'VERSION', 'SINCE'], rows);
}

export function workerToJson(worker: KnownWorker): object {
  const { server, host, pid, version, since, at } = worker;
  return { server, there: isThere(worker), heard: timeOf(at), host, pid, version, since: timeOf(since) };
}

/**
 * Forgets a worker that is gone for good.
 * @returns its server, and the runs that something is still left in for it
 * @throws QueueError, ConfigError; Failure if there is none of that name, or if it is there just now
 */
export async function forgetWorker(
  name: string,
  via: string | undefined,
): Promise<{ readonly server: string; readonly runs: readonly string[] }> {
  return withQueue(via, async (queue) => {
    const { store, address } = queue;
    const workers = new Workers(store);
    const known = await workers.all();
    const found = [...known.values()].find(({ server }) => server.toLowerCase() === name.toLowerCase());
    if (!found) {
      const names = [...known.keys()].join(', ');
      throw usageError(`${address.name} has no worker for "${name}"`, names === '' ? undefined : `there are: ${names}`);
    }
    const { server, host } = found;
    if (isThere(found)) {
      throw usageError(`the worker of ${server} is there just now, on ${host}`, 'end it first, and wait 15 seconds');
    }
    await workers.forget(server);
    return { server, runs: await runsWith(queue, server) };
  });
}

/** The runs that are under way and wait for a server, or will. */
async function runsWith({ store }: OpenQueue, server: string): Promise<string[]> {
  const lists = new RunLists(store);
  const runs: string[] = [];
  for (const run of (await store.openRuns()).sort()) {
    const isMissing = (await lists.missing(run)).some((one) => one.server === server);
    if (isMissing || (await store.isLeftFor(run, server))) runs.push(run);
  }
  return runs;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
