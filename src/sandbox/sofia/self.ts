import type { Header } from '../../esl/headers.js';
import { sipToken } from '../ids.js';
import { SIP_USER_AGENT } from '../version.js';
import { sameText } from '../wire/c-text.js';
import { uriSocket } from './sip-fields.js';
import { ALLOW, ALLOW_EVENTS, type SipOrder, type SipRequest, SUPPORTED } from './sip-request.js';
import { answerTo } from './sip-response.js';

/** Whether a request goes to the very profile that sends it. */
export function isOwnAddress({ uri, route, profile }: SipOrder): boolean {
  const { ip, port } = uriSocket(route ?? uri);
  return ip === profile.ip && port === profile.port;
}

/** What FreeSWITCH answers to a request of its own. */
export interface OwnAnswer {
  readonly status: number;
  readonly phrase?: string;
}

/**
 * A NOTIFY of `keep-alive` is always welcome, any other belongs to no subscription (`sofia_handle_sip_i_notify`, sofia.c).
 */
export function ownAnswer({ method, headers }: SipOrder): OwnAnswer {
  if (method === 'MESSAGE') return { status: 202 };
  if (method === 'INFO') return { status: 481 };
  const event = headers.find(([name]) => name === 'Event')?.[1] ?? '';
  if (sameText(event.split(';', 1)[0] ?? '', 'keep-alive')) return { status: 200 };
  return { status: 481, phrase: 'Subscription Does Not Exist' };
}

/** That answer in full, as recorded. */
export function answerToOwn({ order, headers }: SipRequest, answer: OwnAnswer): string {
  const { ip, port } = order.profile;
  const via = headers.find(([name]) => name === 'Via')?.[1] ?? '';
  const contact: Header[] = answer.status === 200 ? [['Contact', `<sip:${ip}${port === 5060 ? '' : `:${port}`}>`]] : [];
  return answerTo(headers, {
    ...answer,
    via: via.replace(';rport', `;rport=${port}`),
    toTag: sipToken(),
    headers: [
      ...contact,
      ['User-Agent', SIP_USER_AGENT],
      ['Allow', ALLOW],
      ['Supported', SUPPORTED],
      ...(order.method === 'NOTIFY' ? [['Allow-Events', ALLOW_EVENTS] as const] : []),
    ],
  });
}
