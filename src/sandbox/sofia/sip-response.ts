import type { Header } from '../../esl/headers.js';
import { shortId } from '../ids.js';

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** A SIP message as it goes over the wire. */
export function sipText(startLine: string, headers: readonly Header[], body = ''): string {
  let text = `${startLine}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n${body}`;
}

/** What the one who answers puts into an answer. */
export interface SipAnswer {
  readonly status: number;
  /** Left out: the phrase of RFC 3261. */
  readonly phrase?: string;
  /** Left out: the Via as it came. */
  readonly via?: string;
  readonly toTag?: string;
  /** User-Agent and whatever follows it. */
  readonly headers: readonly Header[];
}

/** The answer to a request: Via, From, To, Call-ID and CSeq are the request's own (RFC 3261, 8.2.6.2). */
export function answerTo(request: readonly Header[], answer: SipAnswer): string {
  const { status, phrase = PHRASES[status] ?? 'Unknown', toTag = `p${shortId()}` } = answer;
  const value = (name: string) => request.find(([other]) => other === name)?.[1] ?? '';
  const to = value('To');
  return sipText(`SIP/2.0 ${status} ${phrase}`, [
    ['Via', answer.via ?? value('Via')],
    ['From', value('From')],
    ['To', /;tag=/i.test(to.slice(to.indexOf('>'))) ? to : `${to};tag=${toTag}`],
    ['Call-ID', value('Call-ID')],
    ['CSeq', value('CSeq')],
    ...answer.headers,
    ['Content-Length', '0'],
  ]);
}
