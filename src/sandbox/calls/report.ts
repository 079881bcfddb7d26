import { localDate } from '../wire/clock.js';
import { causeNumber } from './cause.js';
import type { Channel } from './channel.js';

type Moment = readonly [name: string, microseconds: number];
type Span = readonly [name: string, from: number, to: number];

/**
 * The variables that a channel gets when it has been hung up: cause, times, durations (`switch_channel_set_timestamps`,
 * switch_channel.c), in the order recorded.
 */
export function setReport(channel: Channel): void {
  const { variables, hangupCause = '', startedAt, earlyAt, answeredAt, hungUpAt, application, profile } = channel;
  const moments: readonly Moment[] = [
    ['start', startedAt],
    ['profile_start', startedAt],
    ['answer', answeredAt],
    ['bridge', 0],
    ['last_hold', 0],
  ];
  const laterMoments: readonly Moment[] = [
    ['resurrect', 0],
    ['progress', 0],
    ['progress_media', earlyAt],
    ['end', hungUpAt],
  ];
  variables.set('hangup_cause', hangupCause);
  variables.set('hangup_cause_q850', String(causeNumber(hangupCause)));
  variables.set('digits_dialed', 'none');
  for (const [name, time] of [...moments, ...laterMoments])
    if (time > 0) variables.set(`${name}_stamp`, localDate(new Date(time / 1000)));
  setEpochs(channel, moments);
  for (const unit of ['seconds', 'usec', 'ms']) variables.set(`hold_accum_${unit}`, '0');
  setEpochs(channel, laterMoments);
  variables.set('last_app', application?.name);
  variables.set('last_arg', application?.data);
  variables.set('caller_id', `"${profile.callerIdName}" <${profile.callerIdNumber}>`);
  setDurations(channel);
}

function setEpochs({ variables }: Channel, moments: readonly Moment[]): void {
  for (const [name, time] of moments) {
    variables.set(`${name}_epoch`, String(Math.floor(time / 1_000_000)));
    variables.set(`${name}_uepoch`, String(time));
  }
}

function setDurations({ variables, startedAt, earlyAt, answeredAt, hungUpAt }: Channel): void {
  const spans: readonly Span[] = [
    ['duration', startedAt, hungUpAt],
    ['bill', answeredAt || hungUpAt, hungUpAt],
    ['progress', 0, 0],
    ['answer', startedAt, answeredAt || startedAt],
    ['wait', 0, 0],
    ['progress_media', startedAt, earlyAt || startedAt],
    ['flow_bill', startedAt, hungUpAt],
  ];
  const units = [
    { unit: 'sec', prefix: '', microseconds: 1_000_000 },
    { unit: 'msec', prefix: 'm', microseconds: 1000 },
    { unit: 'usec', prefix: 'u', microseconds: 1 },
  ];
  for (const { unit, prefix, microseconds } of units) {
    for (const [name, from, to] of spans) {
      const value = Math.floor(to / microseconds) - Math.floor(from / microseconds);
      variables.set(name === 'duration' ? `${prefix}duration` : `${name}${unit}`, String(value));
    }
  }
}
