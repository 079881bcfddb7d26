import { type Connection, textFault } from '../esl/index.js';
import { missingThing, refused, wrongAnswer } from './answer.js';
import { type Channel, readChannels } from './channels.js';
import { type DialString, readDialStrings } from './dial-strings.js';
import { AnswerFault, NoSuchCommandError, NoSuchProfileError, OtherAnswer, QuestionError } from './errors.js';
import { type ProfileStatus, readProfileStatus } from './profile-status.js';
import { readProfiles, type SipProfile } from './profiles.js';
import type { Registration } from './registration.js';
import { RegistrationReader } from './registration-xml.js';
import { readServerStatus, type ServerStatus } from './server-status.js';
import { type BoxCount, readBoxCount } from './voicemail.js';
import { word } from './word.js';

/** An address of record, as FreeSWITCH keys its registrations: the case of both parts counts. */
export interface Aor {
  readonly user: string;
  readonly host: string;
}

/**
 * Typed questions to one server. They belong on a connection of their own: FreeSWITCH serves a connection by one thread,
 * and an `api` holds up what is behind it. Many may be asked at once; they are answered in turn.
 *
 * Every method rejects with a QuestionError for an answer that is none (a NotAllowedError where the login may not ask), and
 * with an EslError when the connection is lost.
 */
export class Questions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether there is anybody to ask. */
  get isOpen(): boolean {
    return this.#connection.open;
  }

  /** The SIP profiles that are running, in the server's order. Cheap. */
  profiles(): Promise<SipProfile[]> {
    return this.#ask('sofia xmlstatus', readProfiles);
  }

  /** One SIP profile, found by its name or an alias; undefined if none of this name is running. */
  profileStatus(profile: string): Promise<ProfileStatus | undefined> {
    return orUndefined(NoSuchProfileError, this.#ask(`sofia xmlstatus profile ${word(profile)}`, readProfileStatus));
  }

  /**
   * Everyone who is registered on a profile, as a stream: memory stays flat however many there are. Nothing else is
   * answered on this connection until it has been read to its end, or left.
   * @param onUnreadable hears of each registration that can't be read; the others come all the same
   * @throws NoSuchProfileError
   */
  registrations(profile: string, onUnreadable: (problem: string) => void): AsyncIterable<Registration> {
    return this.#list(`sofia xmlstatus profile ${word(profile)} reg`, profile, onUnreadable);
  }

  /**
   * The devices of one user on a profile: of exactly this user, as an order would find them. Narrow and cheap, save for a
   * user that can't be asked for (empty, or with an `@`): then all are gone through.
   * @throws NoSuchProfileError
   */
  async registrationsOf(aor: Aor, profile: string): Promise<Registration[]> {
    const address = `${aor.user}@${aor.host}`;
    const narrow = isAskable(aor) && textFault(address) === undefined;
    const question = `sofia xmlstatus profile ${word(profile)} ${narrow ? `user ${word(address)}` : 'reg'}`;
    const onUnreadable = (problem: string): void => {
      if (narrow) throw new AnswerFault(problem);
    };
    const devices: Registration[] = [];
    for await (const registration of this.#list(question, profile, onUnreadable)) {
      if (registration.user === aor.user && registration.host === aor.host) devices.push(registration);
    }
    return devices;
  }

  /**
   * Where a user's devices would be rung, on one profile or on all of them (`*`). Looser than `registrationsOf`: the case of
   * the user does not count, and for a profile that does not exist others answer (`sofia_contact_function`, mod_sofia.c).
   */
  async contacts(profile: string, aor: Aor): Promise<DialString[]> {
    const question = `sofia_contact ${profile}/${aor.user}@${aor.host}`;
    this.#check(
      question,
      isAskable(aor) && !question.includes('~') && !profile.includes('/') && !aor.host.includes('/'),
    );
    return this.#ask(question, readDialStrings);
  }

  /** A `<param>` of a user in the directory, inherited ones too; undefined if the user or the param is missing or empty. */
  async userParam(aor: Aor, name: string): Promise<string | undefined> {
    const question = `user_data ${word(`${aor.user}@${aor.host}`)} param ${word(name)}`;
    this.#check(question, isAskable(aor));
    return this.#ask(question, (text) => (text === '-ERR no reply' ? undefined : text));
  }

  /** Whether the directory has this user. */
  userExists({ user, host }: Aor): Promise<boolean> {
    return this.#ask(`user_exists id ${word(user)} ${word(host)}`, readBoolean);
  }

  /** Whether a module is loaded: `mod_sms`. */
  moduleExists(name: string): Promise<boolean> {
    return this.#ask(`module_exists ${name}`, readBoolean);
  }

  /** Every leg of every call. */
  channels(): Promise<Channel[]> {
    return this.#ask('show channels as json', readChannels);
  }

  /** The messages in a user's box; a box that does not exist has none. Undefined without mod_voicemail. */
  async voicemail(aor: Aor): Promise<BoxCount | undefined> {
    const question = `vm_boxcount ${aor.user}@${aor.host}|all`;
    this.#check(question, isAskable(aor) && !aor.user.includes('/') && !aor.host.includes('|'));
    return orUndefined(NoSuchCommandError, this.#ask(question, readBoxCount));
  }

  /** `1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit` */
  version(): Promise<string> {
    return this.#ask('version', (text) => {
      const version = /^FreeSWITCH Version (\S+)/.exec(text)?.[1];
      if (version === undefined) throw new AnswerFault('it is no version');
      return version;
    });
  }

  /** The name of the server's machine. */
  hostname(): Promise<string> {
    return this.#ask('hostname', (text) => text);
  }

  status(): Promise<ServerStatus> {
    return this.#ask('status', readServerStatus);
  }

  /** Says goodbye and ends the connection. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #ask<T>(question: string, read: (text: string) => T): Promise<T> {
    const { name } = this.#connection;
    const { message, text } = await this.#connection.send({ line: `api ${question}` });
    if (message.contentType === 'command/reply') throw refused(name, question, this.#connection.toShow(text));
    const missing = missingThing(name, question, text);
    if (missing) throw missing;
    try {
      return read(text);
    } catch (error) {
      throw error instanceof AnswerFault
        ? wrongAnswer(name, question, error.message, this.#connection.toShow(text), error.cause)
        : error;
    }
  }

  async *#list(
    question: string,
    profile: string,
    onUnreadable: (problem: string) => void,
  ): AsyncGenerator<Registration, void, undefined> {
    const { name } = this.#connection;
    const { head, body } = await this.#connection.stream({ line: `api ${question}` });
    const replyText = head.headers.get('reply-text');
    if (replyText !== undefined) throw refused(name, question, this.#connection.toShow(replyText));
    const reader = new RegistrationReader(profile, onUnreadable);
    try {
      for await (const piece of body) yield* reader.push(piece);
      reader.end();
    } catch (error) {
      if (!(error instanceof AnswerFault)) throw error;
      const answer = error instanceof OtherAnswer ? this.#connection.toShow(error.answer) : undefined;
      throw missingThing(name, question, answer) ?? wrongAnswer(name, question, error.message, answer);
    }
  }

  #check(question: string, askable: boolean): void {
    if (askable) return;
    const why = 'FreeSWITCH would take its parts for something else';
    throw new QuestionError(`"${question}" can't be asked: ${why}`, question);
  }
}

/** Whether FreeSWITCH takes `user@host` apart again at the right place, and takes neither part for everybody. */
function isAskable({ user, host }: Aor): boolean {
  return user !== '' && host !== '' && !user.includes('@');
}

function readBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new AnswerFault('it is neither true nor false');
  return text === 'true';
}

async function orUndefined<T>(
  Kind: typeof NoSuchProfileError | typeof NoSuchCommandError,
  answer: Promise<T>,
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Kind) return undefined;
    throw error;
  }
}
