import { type Aor, type AorProblem, formatAor, hostProblem, isAor, parseAor, userProblem } from './aor.js';
import { InventoryError } from './errors.js';
import type { Entry, PhoneSource } from './phone.js';
import { valueProblem } from './row-problem.js';
import { show } from './show.js';

const NAME = 'command line';
const COLUMNS: readonly string[] = ['aor', 'user', 'domain'];

function readAor(text: string, defaultDomain: string): Aor | AorProblem {
  if (text.includes('@') || text === '') return parseAor(text);
  const user = text.replace(/^sips?:/i, '');
  const wrong = userProblem(user);
  if (wrong !== undefined) return wrong;
  if (defaultDomain !== '') return { user, host: defaultDomain };
  return { problem: 'has no domain', hint: `write ${show(user)}@domain, or use --domain` };
}

const PATTERN: AorProblem = {
  problem: 'looks like a pattern, and an AOR is one phone',
  hint: "choose phones of an inventory: -i phones.csv --where 'user=10*'",
};

/** `*@example.com`, `10*`; a feature code such as `*98` is not one. */
function isPattern(text: string): boolean {
  return /^(?:sips?:)?(?:[^@]*[^@*])?\*(?:@|$)/.test(text.trim());
}

function toEntry(text: string, position: number, defaultDomain: string): Entry {
  const aor = isPattern(text) ? PATTERN : readAor(text.trim(), defaultDomain);
  if (!isAor(aor)) {
    const problems = [valueProblem(position, 'aor', text, aor.problem, aor.hint)];
    return { kind: 'problem', row: position, aor: show(text, 100), problems, columns: { aor: text } };
  }
  const columns = { aor: formatAor(aor), user: aor.user, domain: aor.host };
  return { kind: 'phone', phone: { aor, columns } };
}

/**
 * Phones from AORs on the command line. A user alone (`1000`) is enough where there is a default domain. Phones have no
 * `row`; that of a problem is the position of the argument, counted from 1.
 * @throws InventoryError if the default domain is none
 */
export function phonesFromArguments(aors: readonly string[], defaultDomain = ''): PhoneSource {
  const wrong = defaultDomain === '' ? undefined : hostProblem(defaultDomain);
  if (wrong !== undefined) {
    const hint = wrong.hint === undefined ? {} : { hint: wrong.hint };
    throw new InventoryError(`the domain "${show(defaultDomain)}" ${wrong.problem}`, { file: NAME, ...hint });
  }
  return {
    name: NAME,
    columns: () => COLUMNS,
    entries: async function* () {
      for (const [index, text] of aors.entries()) yield toEntry(text, index + 1, defaultDomain);
    },
    close: () => Promise.resolve(),
  };
}
