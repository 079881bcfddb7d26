import type { Questions } from '../freeswitch/questions.js';
import type { Registration } from '../freeswitch/registration.js';
import type { Registrations } from './registered.js';

/** The registrations of some SIP profiles as the server lists them, none of them kept. To be gone through once. */
export class RegistrationStream implements Registrations {
  readonly #questions: Pick<Questions, 'registrations'>;
  readonly #profiles: readonly string[];
  #count = 0;
  #unreadable = 0;
  #complete = false;

  constructor(questions: Pick<Questions, 'registrations'>, profiles: readonly string[]) {
    this.#questions = questions;
    this.#profiles = profiles;
  }

  /** Registrations so far. */
  get count(): number {
    return this.#count;
  }

  /** Registrations so far that were listed in a way that can't be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Whether the server has been listened to to the end. */
  get complete(): boolean {
    return this.#complete;
  }

  /** @throws EslError, QuestionError */
  async *all(): AsyncGenerator<Registration, void, undefined> {
    for (const profile of this.#profiles) {
      for await (const registration of this.#questions.registrations(profile, () => this.#unreadable++)) {
        this.#count++;
        yield registration;
      }
    }
    this.#complete = true;
  }
}
