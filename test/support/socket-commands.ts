/** A command or a mode of the event socket, as its documentation describes it. */
export interface SocketCommand {
  /** As the documentation writes it. */
  readonly command: string;
  /** How `phonectl/esl` gives it. */
  readonly library: string;
  /** How the shell gives it; nothing where only a library can want it. */
  readonly shell?: string;
}

/** Every command and mode of FreeSWITCH's documentation of the event socket, and those that it has beside that. */
export const SOCKET_COMMANDS = [
  { command: 'inbound', library: 'openSocket({host, port, password})', shell: 'every command' },
  { command: 'outbound', library: 'OutboundServer.listen({port, onCall})', shell: 'esl listen' },
  { command: 'auth PASSWORD', library: 'openSocket({password})', shell: '--password-file' },
  { command: 'userauth USER@DOMAIN:PASSWORD', library: 'openSocket({user, password})' },
  { command: 'connect', library: 'OutboundServer, which begins with it', shell: 'esl listen' },
  { command: 'api COMMAND ARG', library: "api('status')", shell: 'esl api status' },
  { command: 'bgapi COMMAND ARG', library: "bgapi('status')", shell: 'esl bgapi status' },
  {
    command: 'bgapi with a Job-UUID',
    library: "bgapi('status', {jobUuid})",
    shell: 'esl bgapi --job-uuid UUID status',
  },
  { command: 'linger', library: 'linger()', shell: 'esl listen --do linger' },
  { command: 'linger SECONDS', library: 'linger(10)', shell: "esl listen --do 'linger 10'" },
  { command: 'nolinger', library: 'noLinger()', shell: 'esl listen --do nolinger' },
  { command: 'event plain', library: "subscribe({names: ['ALL']})", shell: 'esl events --format plain' },
  {
    command: 'event json',
    library: "subscribe({names: ['CHANNEL_ANSWER']}, 'json')",
    shell: 'esl events --format json',
  },
  { command: 'event xml', library: "subscribe({names: ['ALL']}, 'xml')", shell: 'esl events --format xml' },
  {
    command: 'event … CUSTOM SUBCLASS',
    library: "subscribe({subclasses: ['sofia::register']})",
    shell: 'esl events sofia::register',
  },
  { command: 'nixevent', library: "unsubscribe({names: ['HEARTBEAT']})", shell: 'esl events ALL --except HEARTBEAT' },
  { command: 'noevents', library: 'unsubscribeAll()', shell: '/noevents in esl' },
  { command: 'myevents', library: 'call.myEvents()', shell: 'esl listen' },
  { command: 'myevents UUID', library: 'myEvents(uuid)', shell: 'esl events --myevents UUID' },
  {
    command: 'myevents, with a format',
    library: "myEvents(uuid, 'json')",
    shell: 'esl events --myevents UUID --format json',
  },
  { command: 'divert_events on|off', library: 'divertEvents(true)', shell: "esl listen --do 'divert_events on'" },
  { command: 'filter HEADER VALUE', library: "filter('Unique-ID', uuid)", shell: 'esl events --filter Unique-ID=UUID' },
  { command: 'filter delete HEADER VALUE', library: "deleteFilter('Unique-ID', uuid)", shell: '/filter in esl' },
  { command: 'filter delete HEADER', library: "deleteFilter('Unique-ID')", shell: '/filter in esl' },
  { command: 'filter delete all', library: 'deleteFilter()', shell: '/filter in esl' },
  { command: 'sendevent NAME', library: 'sendEvent(name, headers)', shell: 'esl sendevent NAME --header K=V' },
  { command: 'sendevent with a body', library: 'sendEvent(name, headers, body)', shell: 'esl sendevent < event.txt' },
  {
    command: 'sendmsg execute',
    library: 'execute({application, argument})',
    shell: 'esl sendmsg UUID execute playback /tmp/test.wav',
  },
  { command: 'sendmsg execute, argument in the body', library: 'the same, for a long argument', shell: 'the same' },
  {
    command: 'sendmsg execute, loops',
    library: 'execute({application, loops: 2})',
    shell: 'esl sendmsg UUID execute playback FILE --loops 2',
  },
  {
    command: 'sendmsg execute, Event-UUID',
    library: 'executeToEnd({application, eventUuid})',
    shell: 'esl sendmsg UUID execute playback FILE --event-uuid UUID',
  },
  { command: 'sendmsg hangup', library: "hangUp('USER_BUSY')", shell: 'esl sendmsg UUID hangup USER_BUSY' },
  { command: 'sendmsg unicast', library: 'unicast({remotePort})', shell: 'esl sendmsg UUID unicast' },
  { command: 'sendmsg nomedia', library: 'noMedia(uuid)', shell: 'esl sendmsg UUID nomedia UUID' },
  { command: 'log LEVEL', library: "log('info')", shell: 'esl log info' },
  { command: 'nolog', library: 'noLog()', shell: '/nolog in esl' },
  {
    command: 'getvar NAME',
    library: "getVariable('caller_id_number')",
    shell: "esl listen --do 'getvar caller_id_number'",
  },
  { command: 'resume', library: 'resume()', shell: 'esl listen --do resume' },
  { command: 'exit', library: 'close()', shell: 'every command ends with it' },
] as const satisfies readonly SocketCommand[];

export type SocketCommandName = (typeof SOCKET_COMMANDS)[number]['command'];

/** What FreeSWITCH refuses on an outbound socket that is not `full` (`parse_command`, mod_event_socket.c: behind its check of LFLAG_FULL). */
export const NEEDS_FULL = /^(?:sendevent|api|bgapi|log|nolog|linger|nolinger|event|nixevent|noevents)\b/;
