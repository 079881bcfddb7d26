import { AnswerFault } from './errors.js';

/** Where FreeSWITCH would ring one device of a user. */
export interface DialString {
  /** The SIP profile it is registered on, by its own name. */
  readonly profile: string;
  /** `sip:` and what the contact's URI has behind its scheme. */
  readonly uri: string;
}

const NOBODY = 'error/user_not_registered';
const ONE = /^sofia\/([^/]+)\/(sip:.+)$/s;

/**
 * The answer to `sofia_contact`: `sofia/internal/sip:…,sofia/internal/sip:…` (`contact_callback`, mod_sofia.c).
 * @throws AnswerFault
 */
export function readDialStrings(text: string): DialString[] {
  if (text === NOBODY) return [];
  // A URI may hold commas too.
  return text.split(/,(?=sofia\/[^/,]+\/sip:)/).map((one) => {
    const [, profile, uri] = ONE.exec(one) ?? [];
    if (profile === undefined || uri === undefined) throw new AnswerFault('it is not a list of dial strings');
    return { profile, uri };
  });
}
