import { atoi } from '../wire/c-text.js';
import type { Application, CallThread } from './call-thread.js';
import { hangupCause } from './cause.js';

/** How long what plays or waits takes, in milliseconds. */
export interface PlaybackTimes {
  /** A tone or a file. */
  readonly playbackMs: number;
  /** `sleep` and `silence_stream` at most, whatever they say. */
  readonly longestWaitMs: number;
}

/** The applications that the sandbox knows (mod_dptools.c), beside `socket`. */
export function applications(times: PlaybackTimes): Map<string, Application> {
  return new Map<string, Application>([
    ['answer', { run: (thread) => thread.answer() }],
    ['pre_answer', { media: true, run: () => undefined }],
    ['ring_ready', { run: () => undefined }],
    ['hangup', { run: (thread, data) => thread.hangUp(hangupCause(data)) }],
    ['park', { run: (thread) => thread.park() }],
    ['set', { run: setVariable }],
    ['export', { run: setVariable }],
    ['multiset', { run: setVariables }],
    ['unset', { run: ({ channel }, data) => channel.variables.set(data) }],
    ['sleep', { run: (thread, data) => thread.idle(never, Math.min(atoi(data), times.longestWaitMs)) }],
    ['playback', { media: true, run: (thread, data) => play(thread, data, times) }],
    ...['gentones', 'phrase', 'say', 'speak'].map((name): [string, Application] => [
      name,
      { media: true, run: (thread) => thread.idle(never, times.playbackMs) },
    ]),
    ['echo', { media: true, run: (thread) => thread.idle(never) }],
    ['log', { run: () => undefined }],
    ['info', { run: () => undefined }],
  ]);
}

const never = (): boolean => false;

function setVariable({ channel }: CallThread, data: string): void {
  const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(data) ?? [];
  if (name !== '') channel.variables.set(name, value);
}

function setVariables(thread: CallThread, data: string): void {
  const other = /^\^\^(.)/s.exec(data)?.[1];
  const list = other === undefined ? data.split(' ') : data.slice(3).split(other);
  for (const one of list) setVariable(thread, one);
}

/** `switch_ivr_play_file` (switch_ivr_play_say.c) */
async function play(thread: CallThread, file: string, { playbackMs, longestWaitMs }: PlaybackTimes): Promise<void> {
  const silence = /^silence_stream:\/\/(-?\d+)/.exec(file)?.[1];
  const asked = Number(silence ?? playbackMs);
  const about = [
    ['Playback-File-Type', /^tone_stream:/.test(file) ? 'tone_stream' : undefined],
    ['Playback-File-Path', file],
  ] as const;
  thread.fire('PLAYBACK_START', { after: about });
  await thread.idle(never, asked < 0 ? longestWaitMs : Math.min(asked, longestWaitMs));
  thread.fire('PLAYBACK_STOP', { after: [...about, ['Playback-Status', 'done']] });
  thread.channel.variables.set('current_application_response', 'FILE PLAYED');
}
