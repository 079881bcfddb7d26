import { formatMoment } from '../../payload/moment.js';
import type { Timing } from '../../queue/cron.js';

/** `Sun 2026-11-29 03:00:00 GMT+1 (Europe/Berlin)`, as the clocks of the schedule show it. */
export function formatDue({ tz }: Pick<Timing, 'tz'>, due: number): string {
  const time = formatMoment(new Date(due), 'yyyy-MM-dd HH:mm:ss', tz);
  const format = new Intl.DateTimeFormat('en-US', { timeZone: tz, weekday: 'short', timeZoneName: 'shortOffset' });
  const parts = new Map(format.formatToParts(due).map(({ type, value }) => [type, value]));
  return `${parts.get('weekday')} ${time} ${tz === 'UTC' ? 'UTC' : `${parts.get('timeZoneName')} (${tz})`}`;
}
