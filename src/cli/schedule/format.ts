import type { Timing } from '../../queue/cron.js';

/** `Sun 2026-11-29 03:00:00 GMT+1 (Europe/Berlin)`, as the clocks of the schedule show it. */
export function formatDue({ tz }: Pick<Timing, 'tz'>, due: number): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  });
  const parts = new Map(format.formatToParts(due).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  const offset = part('timeZoneName');
  return `${part('weekday')} ${date} ${time} ${tz === 'UTC' ? 'UTC' : `${offset} (${tz})`}`;
}
