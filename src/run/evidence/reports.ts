import type { DeliveryReport } from '../../freeswitch/delivery-reports.js';
import type { Expectation, Verdict } from './expectation.js';

/** Of the reports that nobody waits for yet the latest are kept: theirs may be the orders of somebody else. */
const MAX_EARLY = 100;

/** Brings delivery reports to the orders that they are about, by the uuid of the order's event. */
export class Reports {
  readonly #waiting = new Map<string, Expectation>();
  /** Reports that came before the reply to their order was read. */
  readonly #early = new Map<string, DeliveryReport>();

  take(report: DeliveryReport): void {
    const expectation = this.#waiting.get(report.eventUuid);
    this.#waiting.delete(report.eventUuid);
    if (expectation) expectation.end(verdictOf(report));
    else this.#early.set(report.eventUuid, report);
    const [oldest] = this.#early.keys();
    if (this.#early.size > MAX_EARLY && oldest !== undefined) this.#early.delete(oldest);
  }

  await(eventUuid: string, expectation: Expectation): void {
    const early = this.#early.get(eventUuid);
    this.#early.delete(eventUuid);
    if (early) expectation.end(verdictOf(early));
    else this.#waiting.set(eventUuid, expectation);
  }

  forget(eventUuid: string): void {
    this.#waiting.delete(eventUuid);
  }
}

/** What mod_sms says; of several devices only what the first said that answered (see DeliveryReport). */
function verdictOf({ statuses, devices }: DeliveryReport): Verdict {
  const status = statuses.at(-1);
  const rest = devices > 1 ? `; mod_sms tells of the first of ${devices} devices only` : '';
  if (status === undefined) return { outcome: 'refused', reason: 'mod_sms could not send it', sipStatus: null };
  if (status === 0) return { outcome: 'no-answer', reason: `no answer within 20 s${rest}`, sipStatus: null };
  if (status >= 300) return { outcome: 'refused', reason: `the phone answered ${status}${rest}`, sipStatus: status };
  return { outcome: 'answered', reason: rest === '' ? null : rest.slice(2), sipStatus: status };
}
