import type { Questions } from '../freeswitch/questions.js';
import type { Aor } from '../inventory/aor.js';
import { headerOf } from '../payload/payload.js';
import { eventName } from '../payload/rules.js';
import { knownVendors } from '../vendor/known.js';
import type { PlannedOrder } from './plan.js';

/** An order that its phone will answer with a challenge, and by whom FreeSWITCH looks for the password. */
export interface Challenged {
  readonly vendor: string;
  readonly server: string;
  /** The user in the To header (`sofia_reg_handle_sip_r_challenge`, sofia_reg.c). */
  readonly user: Aor;
  /** Whether the order is in the URI or contact form, whose To header need not be of a domain of the directory. */
  readonly byUri: boolean;
}

function challenges(vendor: string): boolean {
  const habit = knownVendors().find(({ key }) => key === vendor)?.challenge;
  return habit === 'always' || habit === 'by default';
}

/** Whether this order will be challenged, as far as its vendor tells. Lamps are not challenged. */
export function challengeTo({ target, payload, reach }: PlannedOrder): Challenged | undefined {
  const { vendor, server } = target;
  if (!reach || vendor === null || !challenges(vendor)) return undefined;
  if (eventName(payload.event) !== 'NOTIFY' || headerOf(payload, 'event-string') === 'message-summary')
    return undefined;
  const { addressee } = reach;
  if (addressee.kind !== 'address') return { vendor, server, user: addressee, byUri: false };
  const [, user = '', host = ''] = /^(?:sips?:)?([^@]*)@([^:;>]*)/i.exec(addressee.to) ?? [];
  return { vendor, server, user: { user, host }, byUri: true };
}

/**
 * Those of the challenged for whom the directory has no credentials, so that their phones will refuse.
 * @throws EslError, QuestionError
 */
export async function withoutCredentials(
  challenged: readonly Challenged[],
  questions: Pick<Questions, 'userParam'>,
): Promise<readonly Challenged[]> {
  const found = await Promise.all(challenged.map(({ user }) => questions.userParam(user, 'reverse-auth-user')));
  return challenged.filter((_, index) => found[index] === undefined);
}
