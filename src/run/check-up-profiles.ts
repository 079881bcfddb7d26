import type { SipProfile } from '../freeswitch/profiles.js';
import type { Questions } from '../freeswitch/questions.js';
import { type Check, explain, failed, passed, warned } from './check-up-check.js';

/** A SIP profile as it was found. */
export interface ProfileReport extends SipProfile {
  /** Null if the server would not say. */
  readonly registrations: number | null;
}

/** The SIP profiles, without which no order goes anywhere; each of them is a check of its own. */
export async function* checkProfiles(
  questions: Questions,
  reports: ProfileReport[],
): AsyncGenerator<Check, void, undefined> {
  let profiles: readonly SipProfile[];
  try {
    profiles = await questions.profiles();
  } catch (error) {
    const { detail, hint } = explain(error);
    yield failed('sip profiles', `${detail}; without it nobody knows who is there`, hint);
    return;
  }
  const running = profiles.filter((profile) => profile.running);
  yield running.length > 0
    ? passed('sip profiles', `running: ${running.map(({ name }) => name).join(', ')}`)
    : failed('sip profiles', 'none is running, so no phone can be reached', 'in fs_cli: sofia profile internal start');
  for (const profile of profiles) yield await checkProfile(questions, profile, reports);
}

async function checkProfile(questions: Questions, profile: SipProfile, reports: ProfileReport[]): Promise<Check> {
  const { name, aliases, state, urls, running } = profile;
  const label = `sip profile ${name}`;
  const known = [state, urls.join(' '), ...(aliases.length > 0 ? [`also called ${aliases.join(', ')}`] : [])];
  try {
    const registrations = running ? ((await questions.profileStatus(name))?.registrations ?? 0) : 0;
    reports.push({ ...profile, registrations });
    if (!running) return warned(label, `${known.join('; ')}; its phones can't be reached`, undefined);
    return passed(label, [...known, `${registrations} registered`].join('; '));
  } catch (error) {
    reports.push({ ...profile, registrations: null });
    const { detail, hint } = explain(error);
    return warned(label, detail, hint);
  }
}
