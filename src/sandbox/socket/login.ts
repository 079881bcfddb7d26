import type { Directory } from '../phones/directory.js';
import { cutBytes } from '../wire/byte-text.js';
import { isTrue, startsWithText } from '../wire/c-text.js';
import { parseAllowedEvents, splitList } from './event-selection.js';
import type { Listener } from './listener.js';
import { commandReply, headerReply } from './reply.js';

const LIST_BUFFER = 512;
const INVALID = commandReply('-ERR invalid');

/** The answer to a command of a connection that is not logged in, and whether the server ends it then. */
export interface LoginAnswer {
  readonly text: string;
  readonly close: boolean;
}

/** `auth` and `userauth` (`parse_command`, mod_event_socket.c); anything else is not known before the login. */
export function logIn(listener: Listener, command: string, password: string, directory: Directory): LoginAnswer {
  if (startsWithText(command, 'auth ')) {
    if (command.slice(5) !== password) return { text: INVALID, close: true };
    listener.authenticated = true;
    return { text: commandReply('+OK accepted'), close: false };
  }
  if (startsWithText(command, 'userauth ')) {
    const text = logInUser(listener, command.slice(9), directory);
    return { text: text ?? INVALID, close: text === undefined };
  }
  return { text: commandReply('-ERR command not found'), close: false };
}

function logInUser(listener: Listener, credentials: string, directory: Directory): string | undefined {
  const at = credentials.indexOf('@');
  let user = at < 0 ? credentials : credentials.slice(0, at);
  let domain = at < 0 ? '' : credentials.slice(at + 1);
  let password = '';
  if (domain.includes(':')) [domain = '', password = ''] = splitOnce(domain);
  if (user.includes(':')) [user = '', password = ''] = splitOnce(user);
  const expected = directory.param(user, domain, 'esl-password');
  if (user === '' || domain === '' || !expected || expected !== password) return undefined;

  const events = directory.param(user, domain, 'esl-allowed-events');
  const api = directory.param(user, domain, 'esl-allowed-api');
  const log = directory.param(user, domain, 'esl-allowed-log');
  listener.authenticated = true;
  listener.mayLog = log === undefined || isTrue(log);
  if (events !== undefined) listener.events.allowed = parseAllowedEvents(events);
  if (api !== undefined) listener.allowedApi = new Set(splitList(api));
  return headerReply(
    `Reply-Text: +OK accepted\n${cutBytes(`Allowed-Events: ${events ?? 'all'}\n`, LIST_BUFFER - 1)}` +
      `${cutBytes(`Allowed-API: ${api ?? 'all'}\n`, LIST_BUFFER - 1)}Allowed-LOG: ${listener.mayLog}\n\n`,
  );
}

function splitOnce(text: string): string[] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}
