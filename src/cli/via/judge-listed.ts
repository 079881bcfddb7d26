import type { Entry, PhoneSource } from '../../inventory/phone.js';
import { glance } from '../../run/glance.js';
import { type Survey, survey } from '../../run/survey.js';
import { confirm, mustAsk } from '../confirm.js';
import { describeWarnings, judge, judgeCount } from '../judge.js';
import { asked, routesFor } from '../prepare.js';
import type { Undertaking } from '../task.js';
import { printable } from '../terminal.js';
import { serverOf } from './whose.js';

/** What is known of phones before they are handed over. */
interface Judged {
  readonly found: Survey;
  /** What has been said of them. */
  readonly said: readonly string[];
  /** The servers that some of them are for. */
  readonly servers: readonly string[];
}

/**
 * Plans all phones that are named, as far as that can be done here, and asks where that is due; undefined if the answer is no.
 * @throws Failure, InventoryError, TemplateError
 */
export async function judgeListed(
  task: Undertaking,
  servers: readonly string[],
  phones: PhoneSource,
): Promise<Judged | undefined> {
  const { order, flags, terminal } = task;
  const first = await glance(phones.entries(), 0);
  judgeCount(first.phones, phones, flags);
  if (order.reboots) mustAsk(terminal, order, first.phones, flags.yes);
  const sites = servers.map((name) => ({
    connector: { name, aliases: [], setting: () => undefined },
    lookUp: undefined,
    offline: undefined,
  }));
  const routes = routesFor(task, order, sites);
  const concerned = new Set<string>();
  const found = await survey(noting(phones.entries(), serverOf(servers), concerned), routes);
  judge(found, phones, flags);
  const said = describeWarnings(found, phones.name);
  if (!flags.quiet) for (const line of said) terminal.say(printable(line));
  // Who lacks a vendor here may have one at the server: all that can be told may be.
  const mayBeTold = found.phones - found.invalid;
  if (!(await confirm(terminal, asked(order, found), mayBeTold, flags.yes))) return undefined;
  return { found, said, servers: servers.filter((server) => concerned.has(server)) };
}

/** The same entries, where it is noted whose they are. */
async function* noting(
  entries: AsyncIterable<Entry>,
  of: (entry: Entry) => string,
  concerned: Set<string>,
): AsyncGenerator<Entry, void, undefined> {
  for await (const entry of entries) {
    concerned.add(of(entry));
    yield entry;
  }
}
