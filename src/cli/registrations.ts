import { Questions } from '../freeswitch/questions.js';
import type { PhoneSource } from '../inventory/phone.js';
import { registeredPhones } from '../run/registered.js';
import { Registrar } from '../run/registrar.js';
import { RegistrationStream } from '../run/registration-stream.js';
import { type ConnectionFlags, connectorFor } from './connector.js';
import { usageError } from './failure.js';
import { narrow, type SelectionFlags } from './phones.js';

/** Which registrations. */
export type RegistrationFlags = ConnectionFlags &
  Pick<SelectionFlags, 'where' | 'limit'> & { readonly 'sip-profile'?: string | undefined };

/** Phones as they are registered at one server, to be gone through once. */
export interface RegisteredPhones {
  /** `host:port` */
  readonly server: string;
  /** Those that the flags select. */
  readonly phones: PhoneSource;
  /** All that they are selected from. */
  readonly stream: RegistrationStream;
}

/**
 * Hands out the phones that are registered, on a connection that is ended afterwards.
 * @throws EslError, QuestionError, ConfigError, WhereError, Failure if there is no such SIP profile
 */
export async function withRegistrations(
  flags: RegistrationFlags,
  use: (registered: RegisteredPhones) => Promise<void>,
): Promise<void> {
  const connector = await connectorFor(flags);
  const connection = await connector.open();
  let isHeardOut = false;
  try {
    const questions = new Questions(connection);
    const registrar = await Registrar.open(questions);
    const stream = new RegistrationStream(questions, profilesOf(registrar, flags['sip-profile']));
    await use({ server: connector.name, phones: narrow(registeredPhones(stream, undefined), flags), stream });
    isHeardOut = stream.complete;
  } finally {
    // A goodbye would be answered only behind the rest of the list.
    if (isHeardOut) await connection.close();
    else connection.destroy();
  }
}

function profilesOf(registrar: Registrar, wanted: string | undefined): string[] {
  if (wanted === undefined) return runningProfiles(registrar);
  const profile = registrar.profile(wanted);
  if (!profile) throw usageError(`--sip-profile: ${registrar.noProfile(wanted)}`);
  return [profile.name];
}

/** The names of the SIP profiles on which anybody can be registered. */
export function runningProfiles({ profiles }: Registrar): string[] {
  return profiles.filter(({ running }) => running).map(({ name }) => name);
}
