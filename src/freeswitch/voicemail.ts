import { AnswerFault } from './errors.js';

/** The messages in a box, as `vm_boxcount` counts them (`boxcount_api_function`, mod_voicemail.c). */
export interface BoxCount {
  readonly new: number;
  readonly saved: number;
  readonly urgentNew: number;
  readonly urgentSaved: number;
}

const COUNTS = /^(\d+):(\d+):(\d+):(\d+)$/;

/**
 * The counts of `vm_boxcount USER@HOST|all`.
 * @throws AnswerFault
 */
export function readBoxCount(text: string): BoxCount {
  const counts = COUNTS.exec(text);
  if (!counts) throw new AnswerFault('it is not four counts');
  const [, fresh, saved, urgentNew, urgentSaved] = counts.map(Number);
  return { new: fresh ?? 0, saved: saved ?? 0, urgentNew: urgentNew ?? 0, urgentSaved: urgentSaved ?? 0 };
}
