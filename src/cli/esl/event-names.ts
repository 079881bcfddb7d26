import { EVENT_NAMES, type EventSelection } from '../../esl/index.js';
import { editDistance } from '../../vendor/edit-distance.js';
import { usageError } from '../failure.js';

const KNOWN: ReadonlySet<string> = new Set(['ALL', ...EVENT_NAMES]);

/** Names and subclasses, each once. */
type Selection = Required<EventSelection>;

/**
 * The events that words on the command line mean: names, `ALL`, and subclasses, with CUSTOM in front of them or without; all
 * of them for no words.
 * @throws Failure
 */
export function toSelection(words: readonly string[]): Selection {
  const selection = words.length === 0 ? { names: ['ALL'], subclasses: [] } : toNames(words);
  const { names, subclasses } = selection;
  if (names.includes('CUSTOM') && subclasses.length === 0 && !names.includes('ALL')) {
    throw usageError(
      'CUSTOM without a subclass brings no events',
      'name subclasses: esl events sofia::register; or for all of them: esl events ALL --filter Event-Name=CUSTOM',
    );
  }
  return selection;
}

/** What `--except` leaves out of these events. @throws Failure if that leaves nothing */
export function toExceptions(words: readonly string[], { names, subclasses }: Selection): Selection {
  const left = toNames(words);
  const staysAll = names.includes('ALL') && !left.names.includes('ALL');
  const stays = [
    ...names.filter((name) => name !== 'ALL' && name !== 'CUSTOM' && !left.names.includes(name)),
    ...subclasses.filter((name) => !left.names.includes('CUSTOM') && !left.subclasses.includes(name)),
  ];
  if (left.names.includes('ALL') || (!staysAll && stays.length === 0)) {
    throw usageError(`--except ${words.join(' --except ')} leaves no events`, 'esl events ALL --except HEARTBEAT');
  }
  return left;
}

function toNames(words: readonly string[]): Selection {
  const names = new Set<string>();
  const subclasses = new Set<string>();
  if (words.some((text) => /^[\s,]*$/.test(text))) {
    throw usageError(
      'a name of an event is empty',
      'is a variable of your script not set? Without names all events come',
    );
  }
  for (const word of words.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean)) {
    const isName = KNOWN.has(word.toUpperCase());
    if (word.includes(':') || (names.has('CUSTOM') && !isName)) subclasses.add(word);
    else names.add(word.toUpperCase());
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
