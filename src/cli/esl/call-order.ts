import { type Command, commands, type Execute, type Header, type Unicast } from '../../esl/index.js';
import { usageError } from '../failure.js';
import { toHangupCause } from './hangup-cause.js';
import { parseHeaders } from './headers.js';

/** The flags that say how an order to a call is carried out. */
export interface CallOrderFlags {
  readonly header?: readonly string[] | undefined;
  readonly loops?: number | undefined;
  readonly 'event-uuid'?: string | undefined;
  readonly 'local-ip'?: string | undefined;
  readonly 'local-port'?: number | undefined;
  readonly 'remote-ip'?: string | undefined;
  readonly 'remote-port'?: number | undefined;
  readonly transport?: 'tcp' | 'udp' | undefined;
  readonly native: boolean;
}

/** Flags that only some orders know, by order. */
const OWN_FLAGS: Readonly<Record<string, readonly (keyof CallOrderFlags)[]>> = {
  execute: ['loops', 'event-uuid'],
  unicast: ['local-ip', 'local-port', 'remote-ip', 'remote-port', 'transport', 'native'],
};

/** The `sendmsg` that words on the command line mean. @throws Failure */
export function toCallOrder(uuid: string, words: readonly string[], flags: CallOrderFlags): Command {
  const [order = '', ...rest] = words;
  for (const [owner, names] of Object.entries(OWN_FLAGS)) {
    const foreign =
      owner === order ? undefined : names.find((name) => flags[name] !== undefined && flags[name] !== false);
    if (foreign !== undefined) throw usageError(`--${foreign} is for ${owner}, not for ${order || 'nothing'}`);
  }
  const command = commandOf(uuid, order, rest, flags);
  const headers: readonly Header[] = [...(command.headers ?? []), ...parseHeaders('header', flags.header)];
  return { ...command, headers };
}

/** The application and argument of an `execute`. @throws Failure */
export function toExecute(rest: readonly string[], flags: CallOrderFlags): Execute {
  const [application, ...words] = rest;
  if (application === undefined) throw usageError('execute what?', 'for example: execute playback /tmp/test.wav');
  if (flags.loops === 0) throw usageError('--loops 0: FreeSWITCH would not carry it out even once', '-1 is for ever');
  const { loops, 'event-uuid': eventUuid } = flags;
  return {
    application,
    argument: words.join(' '),
    ...(loops !== undefined && { loops }),
    ...(eventUuid !== undefined && { eventUuid }),
  };
}

function commandOf(uuid: string, order: string, rest: readonly string[], flags: CallOrderFlags): Command {
  switch (order) {
    case 'execute':
      return commands.execute(toExecute(rest, flags), uuid);
    case 'hangup': {
      const [cause] = upTo(order, rest, 1);
      return commands.hangUp(cause === undefined ? undefined : toHangupCause(cause), uuid);
    }
    case 'unicast':
      upTo(order, rest, 0);
      return commands.unicast(toUnicast(flags), uuid);
    case 'nomedia': {
      const [nomediaUuid] = upTo(order, rest, 1);
      if (nomediaUuid === undefined) throw usageError('nomedia needs a uuid', 'sendmsg UUID nomedia NOMEDIA-UUID');
      return commands.noMedia(nomediaUuid, uuid);
    }
    case '':
      throw usageError(
        'there is no order',
        'execute APP, hangup, unicast, nomedia UUID, or a call-command of your own',
      );
    default:
      upTo(order, rest, 0);
      return commands.sendMessage(order, [], uuid);
  }
}

function toUnicast(flags: CallOrderFlags): Unicast {
  const { 'local-ip': localIp, 'local-port': localPort, 'remote-ip': remoteIp, 'remote-port': remotePort } = flags;
  return {
    ...(localIp !== undefined && { localIp }),
    ...(localPort !== undefined && { localPort }),
    ...(remoteIp !== undefined && { remoteIp }),
    ...(remotePort !== undefined && { remotePort }),
    ...(flags.transport !== undefined && { transport: flags.transport }),
    native: flags.native,
  };
}

function upTo(order: string, rest: readonly string[], count: number): readonly string[] {
  if (rest.length <= count) return rest;
  throw usageError(`${order}: ${rest[count]} is too much`, 'headers of your own: --header NAME=VALUE');
}
