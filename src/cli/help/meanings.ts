import type { OutcomeWord } from '../../run/outcome.js';

/** What each outcome means, in the order in which summaries list them. */
export const OUTCOME_MEANINGS: Readonly<Record<OutcomeWord, string>> = {
  planned: 'dry run',
  returned: 'the phone registered again after the order; with the sign by which this is known',
  answered: 'the phone answered with a 2xx',
  accepted: 'FreeSWITCH said +OK. No more than that',
  skipped:
    'not sent, on purpose; with the reason (not registered, no such SIP profile, in a call, duplicate, softphone, no known way for this vendor)',
  refused: 'FreeSWITCH said -ERR, or the phone answered with a 300 or more',
  'no-answer': 'accepted, but the evidence asked for did not come in time',
  unknown: 'written, but the connection died or timed out before the reply: it may have happened',
  'not-sent': 'not written: no connection, a stop rule, or interrupted',
  invalid: 'the row or the payload is wrong; nothing sent for it',
};

/** What each exit code means. */
export const EXIT_MEANINGS: readonly (readonly [codes: string, meaning: string])[] = [
  ['0', 'every phone reached the evidence asked for; in a dry run, all could be sent'],
  ['1', "a mistake in phonectl, or its output can't be written: the disk is full"],
  ['2', 'a flag or an argument is wrong'],
  ['3', 'inventory, template or configuration is wrong; nothing was sent'],
  ['4', 'no connection, no login, or no right to ask; nothing was sent'],
  ['5', 'at least one phone fell short; of `inventory diff`, file and server differ'],
  ['6', 'a stop rule ended the run'],
  ['75', 'another run is telling the same phones'],
  ['127', 'there is no such command'],
  [
    '129, 130, 143',
    'ended by SIGHUP, Ctrl-C or SIGTERM; `sandbox` and `listen` (not `esl listen`), which go on until then, end with 0',
  ],
];
