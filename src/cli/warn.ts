import type { PhoneSource } from '../inventory/phone.js';
import { withoutCredentials } from '../run/challenge.js';
import { isLoopback } from '../run/loopback.js';
import type { Survey } from '../run/survey.js';
import { describeChallenged, describeWarnings } from './judge.js';
import type { OpenSite } from './sites.js';
import { printable, type Terminal } from './terminal.js';

/** Says what the user should know before the orders go out. */
export async function warn(
  found: Survey,
  { name, encoding }: Pick<PhoneSource, 'name' | 'encoding'>,
  sites: readonly OpenSite[],
  terminal: Pick<Terminal, 'say'>,
): Promise<void> {
  const lines = describeWarnings(found, name);
  if (encoding !== undefined) lines.push(`note: ${name} is not in UTF-8, and read as ${encoding}`);
  for (const { connector, lookUp, offline } of sites) {
    const at = sites.length > 1 ? ` at ${connector.name}` : '';
    if (!offline && connector.hasStockPassword && !isLoopback(connector.host)) {
      lines.push(
        `warning: ${connector.name} gets the password that every FreeSWITCH is shipped with, and is not on this machine`,
      );
    }
    // The outcomes of a single server say it themselves.
    if (offline && at !== '') lines.push(`warning: ${offline.message}; its phones are not told`);
    if (!lookUp) continue;
    const { unreadable } = lookUp.registrar;
    if (unreadable > 0)
      lines.push(`warning: ${unreadable} registrations${at} can't be read; their phones seem not registered`);
    const challenged = found.challenged.filter(({ server }) => server === connector.name);
    // Who may not look into the directory is not told what is in it; the order goes out all the same.
    const lacking = await withoutCredentials(challenged, lookUp.questions).catch(() => []);
    lines.push(...describeChallenged(lacking, challenged));
  }
  for (const line of lines) terminal.say(printable(line));
}
