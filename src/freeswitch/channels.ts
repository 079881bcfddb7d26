import { AnswerFault } from './errors.js';

/** One leg of a call, as `show channels as json` lists it (`show_function`, mod_commands.c). */
export interface Channel {
  readonly uuid: string;
  /** `sofia/PROFILE/user@host:port` for a SIP call. */
  readonly name: string;
  /** The AOR of the phone where the dialplan or the dial string sets it; empty otherwise. */
  readonly presenceId: string;
  /** `ACTIVE`, `RINGING`, `EARLY`, `HELD`, … */
  readonly callState: string;
  /** As FreeSWITCH sees it: `inbound` is a call that the phone has made. */
  readonly direction: string;
  /** The number that was dialled. */
  readonly destination: string;
  /** The same for both legs of a call. */
  readonly callUuid: string;
}

/**
 * The channels of `show channels as json`. Without any it is `{"row_count": 0}`, without rows.
 * @throws AnswerFault
 */
export function readChannels(json: string): Channel[] {
  const table = parse(json);
  const rows = 'rows' in table ? table.rows : [];
  if (!Array.isArray(rows) || !('row_count' in table) || table.row_count !== rows.length) {
    throw new AnswerFault('it is not a table, or not all of it');
  }
  return rows.map(toChannel);
}

function parse(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new AnswerFault('it is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null) throw new AnswerFault('it is not a table');
  return value;
}

function toChannel(row: unknown): Channel {
  if (typeof row !== 'object' || row === null) throw new AnswerFault('a row that is none');
  const cells = new Map<string, unknown>(Object.entries(row));
  const text = (name: string): string => {
    const value = cells.get(name);
    return typeof value === 'string' ? value : '';
  };
  const uuid = text('uuid');
  if (uuid === '') throw new AnswerFault('a channel without a uuid');
  return {
    uuid,
    name: text('name'),
    presenceId: text('presence_id'),
    callState: text('callstate'),
    direction: text('direction'),
    destination: text('dest'),
    callUuid: text('call_uuid'),
  };
}
