import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';

/**
 * Whether the rows of an inventory can be those of the one server that is asked.
 * @param servers those that rows name
 * @param host what `--host` says
 * @throws Failure
 */
export function judgeServers(servers: ReadonlySet<string>, name: string, host: string | undefined): void {
  const [named] = servers;
  if (servers.size > 1) {
    throw new Failure(`${name} has phones of several servers: ${[...servers].join(', ')}`, EXIT.input, {
      hint: `say where they are: --server ${named}=HOST:PORT, one for each; or choose the phones of one: --where server=${named}`,
    });
  }
  if (named !== undefined && host === undefined) {
    throw new Failure(`${name} names the server ${named}, and --host does not say where that is`, EXIT.input, {
      hint: 'the host of its event socket: --host',
    });
  }
}
