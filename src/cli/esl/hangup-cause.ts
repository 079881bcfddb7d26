import { HANGUP_CAUSES, isHangupCause } from '../../esl/index.js';
import { editDistance } from '../../vendor/edit-distance.js';
import { usageError } from '../failure.js';

/** A cause as FreeSWITCH writes it, or its number. @throws Failure for one that FreeSWITCH would take for NORMAL_CLEARING */
export function toHangupCause(text: string): string {
  const cause = text.trim().toUpperCase();
  if (isHangupCause(cause)) return cause;
  const near = HANGUP_CAUSES.find((known) => editDistance(known, cause.slice(0, 40)) <= 2);
  throw usageError(
    `${text} is no hang-up cause: FreeSWITCH would hang up with NORMAL_CLEARING`,
    near ?? 'for example USER_BUSY, CALL_REJECTED, or a number such as 17',
  );
}
