import { describe, expect, it } from 'vitest';
import type { EventSocket } from '../../src/esl/index.js';
import { commandReply, scriptedServer } from '../support/scripted-server.js';
import { rejection } from './connected.js';
import { openTo } from './opened.js';

/** What FreeSWITCH writes for a variable of this value (`listener_run`, mod_event_socket.c). */
function written(value: string): string {
  if (value === '') return commandReply('-ERR command not found');
  if (value.startsWith('~')) return `Content-Type: command/reply\n${value.slice(1)}`;
  return commandReply(value);
}

/** A socket whose server has a variable of this value, and answers each other command with its line. */
async function withVariable(value: string): Promise<EventSocket> {
  const server = await scriptedServer(async (peer) => {
    await peer.acceptLogin();
    for (;;) {
      const { line } = await peer.command();
      peer.write(line.startsWith('getvar') ? written(value) : commandReply(`+OK ${line}`));
    }
  });
  return openTo(server, { replyTimeoutMs: 500 });
}

describe('a variable', () => {
  it.each([
    ['plain', 'public', 'public'],
    ['not set, or empty', '', undefined],
    ['with a colon', 'sip:1000@phones.test', 'sip:1000@phones.test'],
    ['of two lines', 'one\ntwo', 'one\ntwo'],
    [
      'of lines with colons, as an SDP',
      'v=0\r\na=rtpmap:0 PCMU/8000\r\na=x:  y',
      'v=0\r\na=rtpmap:0 PCMU/8000\r\na=x:  y',
    ],
    ['that begins with a blank', ' a', ' a'],
    ['that looks like success', '+OK', '+OK'],
    ['that looks like an error', '-ERR no', '-ERR no'],
    ['with blanks at its end', 'a  ', 'a  '],
    ['of 510 bytes', 'é'.repeat(255), 'é'.repeat(255)],
    ['with percent signs, which are its own', 'a%0Ab%25', 'a%0Ab%25'],
  ])('that is %s is read, and the next command gets its own reply', async (_, value, read) => {
    const socket = await withVariable(value);
    const [variable, next] = await Promise.all([socket.getVariable('x'), socket.send({ line: 'nolog' })]);
    expect(variable).toBe(read);
    expect(next.text).toBe('+OK nolog');
  });

  it.each([
    ['begins with a tilde', '~x'],
    ['begins with a tilde and has a colon', '~x: y'],
    ['begins with a tilde and ends its line', '~x\n'],
    ['is a tilde', '~'],
  ])('that %s ends the connection, and nobody gets the reply of another', async (_, value) => {
    const socket = await withVariable(value);
    const commands = [socket.getVariable('x'), socket.send({ line: 'nolog' }), socket.send({ line: 'noevents' })];
    const errors = await Promise.all(commands.map((command) => rejection(command)));
    for (const error of errors) expect(error).toMatchObject({ lost: 'connection', written: true });
  });

  it.each([
    ['an empty line', 'one\n\ntwo'],
    ['an empty line and a header', 'one\n\ntwo: three'],
  ])('that holds %s ends the connection, and nobody gets the reply of another', async (_, value) => {
    const socket = await withVariable(value);
    const [variable, ...others] = await Promise.allSettled([
      socket.getVariable('x'),
      socket.send({ line: 'nolog' }),
      socket.send({ line: 'noevents' }),
    ]);
    expect(variable).toEqual({ status: 'fulfilled', value: 'one' });
    expect(others).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  });
});
