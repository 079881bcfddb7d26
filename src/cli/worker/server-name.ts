import type { Connector } from '../connector.js';
import { usageError } from '../failure.js';

/** What stands between the parts of a key in Redis, and what no terminal shows. */
const UNFIT = /[:\p{Cc}\p{Cf}]/u;

/** What a worker is found by: the name of its server, as rows and `--server` call it. @throws Failure if it has none that can be */
export function judgeServerName({ name, isNamed }: Pick<Connector, 'name' | 'isNamed'>): void {
  const hint = '--server berlin=127.0.0.1:8021, or a server of the settings (servers:)';
  if (!isNamed) {
    throw usageError(`the server of a worker needs a name, as rows and --server call it, and ${name} is none`, hint);
  }
  if (!UNFIT.test(name)) return;
  const shown = JSON.stringify(name);
  throw usageError(`${shown} is no name for the server of a worker: : and control characters can't be in it`, hint);
}
