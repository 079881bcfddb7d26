import type { Connection } from '../esl/index.js';
import { DELIVERY_REPORTS } from '../freeswitch/delivery-reports.js';
import { EventFeed, type NewsKind } from '../freeswitch/event-feed.js';
import { REGISTER_EVENTS } from '../freeswitch/register-events.js';
import { openLog } from '../freeswitch/sip-trace-log.js';
import { attempt, type Check, passed } from './check-up-check.js';

/** News that some evidence needs. */
interface CheckedNews {
  readonly name: string;
  readonly subscribe: (connection: Connection) => Promise<void>;
  readonly gives: string;
  readonly loss: string;
}

export const CHECKED_NEWS: readonly CheckedNews[] = [
  {
    name: 'events of registrations',
    subscribe: subscriber(REGISTER_EVENTS),
    gives: 'may be listened to: --evidence returned works',
    loss: '--evidence returned does not work',
  },
  {
    name: 'events of mod_sms',
    subscribe: subscriber(DELIVERY_REPORTS),
    gives: 'may be listened to: mod_sms can confirm texts',
    loss: 'mod_sms can not confirm texts',
  },
];

/** Whether the events may be listened to. On a connection of its own, with which the subscription ends. */
export function checkNews(
  { name, subscribe, gives, loss }: CheckedNews,
  open: () => Promise<Connection>,
): Promise<Check> {
  return attempt(name, loss, async () => {
    await onItsOwn(open, subscribe);
    return passed(name, gives);
  });
}

/** Whether the log may be read, by which the answers of phones are seen. Nothing is traced for that. */
export function checkLog(open: () => Promise<Connection>): Promise<Check> {
  return attempt('log', '--evidence answered does not work', async () => {
    await onItsOwn(open, openLog);
    return passed('log', 'may be read: --evidence answered works');
  });
}

function subscriber<T>(kind: NewsKind<T>): (connection: Connection) => Promise<void> {
  return (connection) => new EventFeed(kind, () => {}).subscribe(connection);
}

async function onItsOwn(
  open: () => Promise<Connection>,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await open();
  try {
    await use(connection);
  } finally {
    connection.destroy();
  }
}
