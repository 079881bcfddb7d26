import { EslRefusedError, type EventSelection, type EventSocket } from '../../esl/index.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isKnownName, nearName } from './event-names.js';

/**
 * Subscribes, or takes back. FreeSWITCH passes over a name that it does not know, if there is another one: so each of those
 * goes alone.
 * @throws Failure for a name that FreeSWITCH does not have, EslError
 */
export async function oneByOne(
  socket: EventSocket,
  selection: Required<EventSelection>,
  order: (part: EventSelection) => Promise<void>,
): Promise<void> {
  const { subclasses } = selection;
  const names = selection.names.filter(isKnownName);
  for (const name of selection.names) {
    if (names.includes(name)) continue;
    await order({ names: [name] }).catch((error: unknown) => {
      if (!(error instanceof EslRefusedError)) throw error;
      const near = nearName(name);
      throw new Failure(`${socket.name} has no event ${name}`, EXIT.usage, {
        hint: near ?? 'names are as in CHANNEL_ANSWER; subclasses as in sofia::register',
      });
    });
  }
  if (names.length + subclasses.length > 0) await order({ names, subclasses });
}
