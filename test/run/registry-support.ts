import type { Channel } from '../../src/freeswitch/channels.js';
import type { SipProfile } from '../../src/freeswitch/profiles.js';
import { Questions } from '../../src/freeswitch/questions.js';
import type { Registration } from '../../src/freeswitch/registration.js';
import type { BoxCount } from '../../src/freeswitch/voicemail.js';
import { Registrar } from '../../src/run/registrar.js';

/** A registration of phones.test, with an address of its own. */
export function registration(user: string, fields: Partial<Registration> = {}): Registration {
  const host = fields.host ?? 'phones.test';
  return {
    callId: `reg-${user}@lab`,
    user,
    host,
    contact: `sip:${user}@192.0.2.7:5060`,
    userAgent: '',
    profile: 'internal',
    networkIp: '192.0.2.7',
    networkPort: 5060,
    transport: 'udp',
    expiresInSeconds: 3600,
    pingStatus: 'Reachable',
    mwiUser: user,
    mwiHost: host,
    authUser: user,
    ...fields,
  };
}

export function profile(name: string, fields: Partial<SipProfile> = {}): SipProfile {
  return { name, aliases: [], state: 'RUNNING (0)', running: true, urls: [], ...fields };
}

/** What a server would answer, without a server; every question is written down. */
export interface Answers {
  readonly profiles?: readonly SipProfile[];
  readonly registrations?: readonly Registration[];
  /** Of a listing of all, in place of how many there are. */
  readonly count?: number;
  /** Users of the directory. */
  readonly users?: readonly string[];
  readonly channels?: () => readonly Channel[];
}

/** Questions that are answered from memory. */
export function questionsWith(answers: Answers): { questions: Questions; asked: string[] } {
  const asked: string[] = [];
  const { profiles = [profile('internal', { aliases: ['phones.test'] })], registrations = [], users = [] } = answers;
  const fake: Pick<
    Questions,
    'profiles' | 'profileStatus' | 'registrations' | 'registrationsOf' | 'userExists' | 'channels' | 'voicemail'
  > = {
    profiles: async () => [...profiles],
    async profileStatus(name) {
      asked.push(`status ${name}`);
      const there = registrations.filter((row) => row.profile === name).length;
      return {
        name,
        registrations: answers.count ?? there,
        url: undefined,
        tlsUrl: undefined,
        sipIp: undefined,
        extSipIp: undefined,
        presenceHosts: [],
        context: undefined,
        settings: new Map(),
      };
    },
    async *registrations(name) {
      asked.push(`all ${name}`);
      yield* registrations.filter((row) => row.profile === name);
    },
    async registrationsOf({ user, host }, name) {
      asked.push(`${user}@${host} ${name}`);
      return registrations.filter((row) => row.profile === name && row.user === user && row.host === host);
    },
    async userExists({ user, host }) {
      asked.push(`exists ${user}@${host}`);
      return users.includes(`${user}@${host}`);
    },
    async channels() {
      asked.push('channels');
      return [...(answers.channels?.() ?? [])];
    },
    voicemail: async (): Promise<BoxCount | undefined> => undefined,
  };
  return { questions: Object.assign(Object.create(Questions.prototype) as Questions, fake), asked };
}

/** A registrar over such answers. */
export async function registrarWith(answers: Answers): Promise<{ registrar: Registrar; asked: string[] }> {
  const { questions, asked } = questionsWith(answers);
  return { registrar: await Registrar.open(questions), asked };
}
