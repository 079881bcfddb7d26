import type { Channel } from '../freeswitch/channels.js';
import type { Questions } from '../freeswitch/questions.js';
import { attempt, type Check, explain, passed, warned } from './check-up-check.js';

/** A user that no directory has, to be asked about. */
const NOBODY = { user: 'phonectl-doctor', host: 'phonectl.invalid' };

/** Which FreeSWITCH it is, and whether it is up. */
export function checkServer(questions: Questions): Promise<Check> {
  return attempt('server', 'phonectl does not need it', async () => {
    const [status, hostname] = await Promise.all([questions.status(), questions.hostname()]);
    const version = status.version.replace(/\s+/g, ' ').trim();
    const sessions = `${status.sessions} of ${status.maxSessions} sessions`;
    const detail = `FreeSWITCH ${version} on ${hostname}, up ${uptime(status.uptimeSeconds)}, ${sessions}`;
    if (status.ready) return passed('server', detail);
    return warned('server', `${detail}; it is not ready: it starts, is paused or shuts down`, 'in fs_cli: status');
  });
}

/** What is there with a module and not without it. */
const MODULES = [
  { name: 'mod_event_socket', gives: 'takes our commands', loss: 'yet it answers', hint: undefined },
  { name: 'mod_sofia', gives: 'sends the orders to phones', loss: 'no order reaches a phone', hint: 'load mod_sofia' },
  {
    name: 'mod_sms',
    gives: 'reports what phones answer to texts',
    loss: 'only the SIP trace shows what phones answer to texts',
    hint: 'in fs_cli: load mod_sms; and in modules.conf.xml',
  },
  {
    name: 'mod_voicemail',
    gives: 'knows how many messages a lamp stands for',
    loss: 'lamps can show only the counts that they are given',
    hint: 'in fs_cli: load mod_voicemail; and in modules.conf.xml',
  },
] as const;

/** The modules that orders and their evidence rest on. */
export async function* checkModules(questions: Questions): AsyncGenerator<Check, void, undefined> {
  for (const { name, gives, loss, hint } of MODULES) {
    let isLoaded: boolean;
    try {
      isLoaded = await questions.moduleExists(name);
    } catch (error) {
      const { detail, hint } = explain(error);
      yield warned('modules', `${detail}; which modules are there is unknown`, hint);
      return;
    }
    yield isLoaded ? passed(name, `loaded: it ${gives}`) : warned(name, `not loaded: ${loss}`, hint);
  }
}

/** A question that an order or its evidence rests on. */
interface CheckedQuestion {
  /** The api command. */
  readonly name: string;
  /** What the answer is good for; undefined if the server has no such command. @throws QuestionError, EslError */
  readonly ask: (questions: Questions) => Promise<string | undefined>;
  /** What can't be done without an answer. */
  readonly loss: string;
}

export const QUESTIONS: readonly CheckedQuestion[] = [
  {
    name: 'api user_exists',
    ask: async (questions) => {
      await questions.userExists(NOBODY);
      return 'may be asked: tells phones that are off from users that do not exist';
    },
    loss: 'a phone that is off and a user that does not exist look the same',
  },
  {
    name: 'api user_data',
    ask: async (questions) => {
      await questions.userParam(NOBODY, 'reverse-auth-user');
      return 'may be asked: tells whether FreeSWITCH has the password that a phone asks for';
    },
    loss: 'no warning before orders that a phone refuses for want of a password',
  },
  {
    name: 'api sofia_contact',
    ask: async (questions) => {
      await questions.contacts('*', NOBODY);
      return 'may be asked';
    },
    loss: 'orders do without it',
  },
  {
    name: 'api show',
    ask: async (questions) => `${describeCalls(await questions.channels())}; reboots leave phones in a call alone`,
    loss: 'reboots need --busy send, and end calls',
  },
  {
    name: 'api vm_boxcount',
    ask: async (questions) =>
      (await questions.voicemail(NOBODY)) && 'may be asked: lamps can show what is in the mailboxes',
    loss: 'lamps can show only the counts that they are given',
  },
];

/** Whether a question gets an answer. */
export function check({ name, ask, loss }: CheckedQuestion, questions: Questions): Promise<Check> {
  return attempt(name, loss, async () => {
    const detail = await ask(questions);
    return detail === undefined ? warned(name, `there is no such command; ${loss}`, undefined) : passed(name, detail);
  });
}

function describeCalls(channels: readonly Channel[]): string {
  const calls = new Set(channels.map(({ uuid, callUuid }) => callUuid || uuid)).size;
  return calls === 0 ? 'no calls now' : calls === 1 ? '1 call now' : `${calls} calls now`;
}

/** `3 days 4 h`, `2 h 5 min`, `40 s`: the two largest units. */
function uptime(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
