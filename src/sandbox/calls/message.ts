import { atoi, isTrue, sameText } from '../wire/c-text.js';
import type { WireEvent } from '../wire/wire-event.js';
import { hangupCause } from './cause.js';
import type { Channel } from './channel.js';

/** An application that took less than this is not repeated (`loops`), in milliseconds (switch_ivr.c). */
const SHORTEST_LOOP_MS = 500;

/** Who obeys a `sendmsg`. */
export interface Obedient {
  readonly channel: Channel;
  /** Executes an application; false if there is none of that name, or the call is over. */
  execute(application: string, data: string): Promise<boolean>;
  hangUp(cause: string): void;
}

/**
 * `switch_ivr_parse_event` (switch_ivr.c): does what a `sendmsg` says. `unicast` and `nomedia` concern media, which there is
 * none of here; what is unknown or has no `call-command` does nothing.
 */
export async function obeyMessage(thread: Obedient, message: WireEvent): Promise<void> {
  const command = message.get('call-command');
  if (command === 'hangup') thread.hangUp(hangupCause(message.get('hangup-cause')));
  if (command === 'execute') await executeMessage(thread, message);
}

async function executeMessage(thread: Obedient, message: WireEvent): Promise<void> {
  const application = message.get('execute-app-name');
  if (!application) return;
  const { variables } = thread.channel;
  const loops = atoi(message.get('loops') ?? '1');
  for (let loop = 0; loop < loops || loops < 0; loop++) {
    const begun = performance.now();
    variables.set('app_uuid', message.get('event-uuid'));
    variables.set('app_uuid_name', message.get('event-uuid-name'));
    variables.set('current_loop', String(loop + 1));
    variables.set('total_loops', String(loops));
    if (!(await thread.execute(application, argument(message)))) break;
    if (thread.channel.down || performance.now() - begun < SHORTEST_LOOP_MS) break;
  }
  variables.set('current_loop');
  variables.set('total_loops');
}

function argument(message: WireEvent): string {
  const text = message.get('execute-app-arg');
  if (text) return text;
  return sameText(message.get('content-type') ?? '', 'text/plain') ? (message.body ?? '') : '';
}

/** Whether other messages wait until this one is done. */
export function locksMessages(message: WireEvent): boolean {
  return isTrue(message.get('event-lock'));
}
