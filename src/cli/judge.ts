import type { PhoneSource } from '../inventory/phone.js';
import { describeProblem } from '../inventory/row-problem.js';
import type { Challenged } from '../run/challenge.js';
import type { Order } from '../run/order.js';
import type { Outcome } from '../run/outcome.js';
import { NO_SERVER } from '../run/routes.js';
import type { Survey } from '../run/survey.js';
import { EXIT } from './exit-codes.js';
import { Failure, usageError } from './failure.js';
import { plural, wrongRows } from './plural.js';
import { judgeServers } from './servers.js';

/** What decides whether a run may begin. */
export interface JudgeFlags {
  readonly inventory?: string | undefined;
  readonly registered?: boolean;
  readonly where?: readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly server?: string | readonly string[] | undefined;
  readonly 'dry-run': boolean;
  readonly 'skip-invalid': boolean;
}

type Source = Pick<PhoneSource, 'name' | 'whyNone'>;

/** @throws Failure if nobody is selected */
export function judgeCount(phones: number, { name, whyNone }: Source, flags: JudgeFlags): void {
  if (phones > 0) return;
  const usual = flags.registered
    ? 'inventory export shows who is registered'
    : flags.where && 'inventory list shows what a selection selects';
  const hint = whyNone?.() ?? usual;
  throw new Failure(`${name}: no phone is selected`, exitOf(flags), { hint });
}

/**
 * Refuses to begin if the selection is empty, if anything in it is wrong, or if it spans several servers.
 * @throws Failure
 */
export function judge(found: Survey, source: Source, flags: JudgeFlags): void {
  judgeCount(found.phones, source, flags);
  const { name } = source;
  const exit = exitOf(flags);
  if (flags.server === undefined) judgeServers(found.servers, name, flags['dry-run'] ? '' : flags.host);
  // What is registered is nobody's mistake in a file: the others are told.
  if (found.invalid > 0 && !flags['skip-invalid'] && !flags.registered) {
    throw new Failure(`${name}: ${wrongRows(found.invalid)}; nothing was sent`, exit, {
      details: describeFaults(found, name),
      hint: hintOf(found, exit),
    });
  }
}

function exitOf({ inventory }: JudgeFlags): number {
  return inventory === undefined ? EXIT.usage : EXIT.input;
}

function hintOf({ faults, orders }: Survey, exit: number): string | undefined {
  const isFile = exit === EXIT.input;
  const others = isFile && orders > 0 ? 'send to the others with --skip-invalid' : undefined;
  if (faults.some(({ outcome }) => isNowhere(outcome))) {
    const ways = [...(isFile ? ['a server column that says whose each is'] : []), 'all of one: --server NAME', others];
    return ways.filter((way) => way !== undefined).join('; or ');
  }
  return others && `mend them, or ${others}`;
}

/** So many phones that name no server are shown: of each the same is to be said. */
const MOST_NOWHERE = 5;

function describeFaults({ faults, invalid }: Survey, name: string): string[] {
  let nowhere = 0;
  const shown = faults.filter(({ outcome }) => !isNowhere(outcome) || ++nowhere <= MOST_NOWHERE);
  const lines = shown.flatMap(({ outcome, problems }) => {
    if (problems.length > 0) return problems.map((problem) => describeProblem(name, problem));
    const where = outcome.row === null ? '' : `${name}:${outcome.row}: `;
    return [`${where}${outcome.aor}: ${outcome.reason}`];
  });
  if (invalid > shown.length) lines.push(`… and ${invalid - shown.length} more`);
  return lines;
}

function isNowhere({ reason }: Outcome): boolean {
  return reason?.startsWith(NO_SERVER) ?? false;
}

/** What the user should know before the orders go out. */
export function describeWarnings({ notes, warnings, warned }: Survey, name: string): string[] {
  const lines = [...notes].map(([vendor, note]) => `note: ${vendor}: ${note}`);
  for (const { aor, row, warning } of warnings) {
    lines.push(`warning: ${row === null ? '' : `${name}:${row}: `}${aor}: ${warning}`);
  }
  if (warned > warnings.length) lines.push(`warning: … and ${warned - warnings.length} more like these`);
  return lines;
}

/** Of phones that will refuse because FreeSWITCH has no password for them: one line a vendor. */
export function describeChallenged(lacking: readonly Challenged[], looked: readonly Challenged[]): string[] {
  const kinds = new Map(lacking.map((one) => [kindOf(one), one]));
  return [...kinds].map(([kind, { vendor, byUri }]) => {
    const those = lacking.filter((one) => kindOf(one) === kind).map(({ user }) => `${user.user}@${user.host}`);
    const of = looked.filter((one) => kindOf(one) === kind).length;
    const shown = `${those.slice(0, 5).join(', ')}${those.length > 5 ? ', …' : ''}`;
    const why = byUri
      ? 'in the URI form FreeSWITCH takes the password of the user in to-uri, and the directory has none there'
      : 'the directory has no reverse-auth-user and reverse-auth-pass for them';
    return `warning: ${vendor} asks for a password, and ${those.length} of the ${plural(of, 'phone')} looked at will refuse: ${why}: ${shown}`;
  });
}

function kindOf({ vendor, byUri }: Challenged): string {
  return `${vendor} ${byUri}`;
}

/** @throws Failure if an order that must not be given twice would be */
export function judgeRetry(
  { verb, repeatable = false }: Pick<Order, 'verb' | 'repeatable'>,
  retryUnknown: boolean,
): void {
  if (!retryUnknown || repeatable) return;
  throw usageError(`--retry-unknown: ${verb} may have happened, and must not happen twice`, 'resync and mwi may');
}
