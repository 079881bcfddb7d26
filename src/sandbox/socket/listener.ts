import type { Control } from './control.js';
import { EventSelection } from './event-selection.js';

/** What the server keeps about one connection, apart from the socket (`listener_t`, mod_event_socket.c). */
export class Listener {
  authenticated = false;
  /** The API commands a `userauth` user may use; undefined: all. */
  allowedApi: ReadonlySet<string> | undefined;
  mayLog = true;
  /** The level up to which log lines are wanted; undefined: none. */
  logLevel: number | undefined;
  readonly events = new EventSelection();
  /** The call in its hands, if there is one. */
  control: Control | undefined;
}
