import { randomBytes } from 'node:crypto';
import { connect, type Message } from '../../src/esl/index.js';
import type { LiveSettings } from './settings.js';
import { within } from './until.js';
import { UserAgent } from './user-agent.js';

const PATIENCE_MS = 10_000;
/** How long after a request has arrived its line may still be on the way through FreeSWITCH's log. */
const LOG_MS = 500;

/**
 * Whether a real FreeSWITCH traces its SIP profile, which nothing there tells: a NOTIFY goes to a phone that is made for
 * this, and either shows in the log or does not.
 */
export async function isTraced({ host, port, password, profile, sip, domain }: LiveSettings): Promise<boolean> {
  const mark = `trace-${randomBytes(8).toString('hex')}`;
  let hasArrived = false;
  let isShown = false;
  const onMessage = ({ contentType, body }: Message): void => {
    isShown ||= contentType === 'log/data' && body.includes(mark);
  };
  const agent = await UserAgent.open({
    server: sip,
    domain,
    credentials: { user: mark, password: '' },
    userAgent: mark,
    answer: () => {
      hasArrived = true;
      return 200;
    },
  });
  const connection = await connect({ host, port, password, onMessage });
  try {
    await connection.send({ line: 'log console' });
    const headers = [
      ['profile', profile],
      ['event-string', mark],
      ['content-type', 'text/plain'],
      ['to-uri', agent.url],
      ['from-uri', `sip:${domain}`],
    ] as const;
    await connection.send({ line: 'sendevent NOTIFY', headers });
    if (!(await within(PATIENCE_MS, () => hasArrived))) throw new Error('a NOTIFY to look for the trace got lost');
    await within(LOG_MS, () => isShown);
    return isShown;
  } finally {
    agent.close();
    await connection.close();
  }
}
