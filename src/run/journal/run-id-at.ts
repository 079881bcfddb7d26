import { formatMoment } from '../../payload/moment.js';

/** `20261127-030000-3f9a1c2d`: the name of a run that begins then, by the clocks of a zone; the same for whoever makes it. */
export function runIdAt(moment: Date, zone: string, digits: string): string {
  return `${formatMoment(moment, 'yyyyMMdd-HHmmss', zone)}-${digits}`;
}
