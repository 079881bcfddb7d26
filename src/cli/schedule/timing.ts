import { zoneFault } from '../../payload/moment.js';
import { dueAfter, type Timing } from '../../queue/cron.js';
import { usageError } from '../failure.js';

const FIELDS =
  'minute, hour, day of month, month, day of week, and seconds before them if wanted: "0 3 * * 0" is Sunday at 3';
const WORDS = ['@yearly', '@monthly', '@weekly', '@daily', '@hourly', '@minutely'];

/**
 * When something is due, by what a user says.
 * @param tz a time zone; else that of this machine
 * @throws Failure
 */
export function parseTiming(cron: string, tz = Intl.DateTimeFormat().resolvedOptions().timeZone): Timing {
  judgeZone(tz);
  const timing = { cron: cron.trim().replace(/\s+/g, ' '), tz };
  const wrong = (problem: string, hint = FIELDS) => usageError(`--cron "${cron}": ${problem}`, hint);
  const fields = timing.cron === '' ? [] : timing.cron.split(' ');
  const isWord = timing.cron.startsWith('@');
  if (isWord && !WORDS.includes(timing.cron)) throw wrong('there is no such word', WORDS.join(', '));
  if (!isWord && fields.length !== 5 && fields.length !== 6) {
    throw wrong(`it has ${fields.length} field${fields.length === 1 ? '' : 's'}, not 5 or 6`);
  }
  // To the parser it is a number that it draws anew each time.
  if (!isWord && fields.some((field) => /(?:^|[,-])H/i.test(field))) throw wrong('H is of other programs');
  if (dueOrWhy(timing, wrong) === undefined) throw wrong('it is never due');
  return timing;
}

function dueOrWhy(timing: Timing, wrong: (problem: string) => Error): number | undefined {
  try {
    return dueAfter(timing, Date.now());
  } catch (error) {
    throw wrong(inWords((error as Error).message));
  }
}

/** What the parser says, as a user would. */
function inWords(message: string): string {
  const [, value, range] = /got value (\S+) expected range (\S+)/.exec(message) ?? [];
  if (value !== undefined) return `${value} is not within ${range}`;
  const [, alias] = /cannot resolve alias "(.*)"/.exec(message) ?? [];
  if (alias !== undefined) return `"${alias}" is neither a number nor a month or a day of the week`;
  if (/Invalid explicit day of month/.test(message)) return 'no month that it names has such a day';
  if (/cannot repeat at every 0/.test(message)) return 'each 0th is none';
  const said = message.replace(/^(?:Constraint|Validation) error,? ?|^Invalid cron expression,? ?/, '');
  return said.charAt(0).toLowerCase() + said.slice(1);
}

/** @throws Failure */
function judgeZone(tz: string): void {
  if (zoneFault(tz) === undefined) return;
  throw usageError(
    `--tz ${tz}: there is no such time zone`,
    'one of the IANA database: Europe/Berlin, America/New_York, UTC',
  );
}
