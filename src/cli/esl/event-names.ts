import { EVENT_NAMES, type EventSelection } from '../../esl/index.js';
import { editDistance } from '../../vendor/edit-distance.js';
import { usageError } from '../failure.js';

const KNOWN: ReadonlySet<string> = new Set(['ALL', ...EVENT_NAMES]);

/**
 * The events that words on the command line mean: names, `ALL`, and subclasses, with CUSTOM in front of them or without.
 * @throws Failure
 */
export function toSelection(words: readonly string[]): Required<EventSelection> {
  const names = new Set<string>();
  const subclasses = new Set<string>();
  for (const word of words.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean)) {
    const isName = KNOWN.has(word.toUpperCase());
    if (word.includes(':') || (names.has('CUSTOM') && !isName)) subclasses.add(word);
    else names.add(word.toUpperCase());
  }
  if (names.size + subclasses.size === 0) names.add('ALL');
  if (names.has('CUSTOM') && subclasses.size === 0 && !names.has('ALL')) {
    throw usageError(
      'CUSTOM without a subclass brings no events',
      'name subclasses: esl events sofia::register; or for all of them: esl events ALL --filter Event-Name=CUSTOM',
    );
  }
  return { names: [...names], subclasses: [...subclasses] };
}

/** Whether FreeSWITCH 1.10 has such an event; a newer one may have more. */
export function isKnownName(name: string): boolean {
  return KNOWN.has(name);
}

/** The name that was probably meant. */
export function nearName(name: string): string | undefined {
  return [...KNOWN].find((known) => editDistance(known, name.slice(0, 40)) <= Math.min(2, name.length / 3));
}
