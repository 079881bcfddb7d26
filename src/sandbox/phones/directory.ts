import { reverseAuth } from './phone.js';
import type { Registry } from './registry.js';

/** A user of FreeSWITCH's directory. */
export interface DirectoryUser {
  readonly id: string;
  /** Default: the sandbox's domain. */
  readonly domain?: string;
  /**
   * Its `<param>`s: `reverse-auth-user` and `reverse-auth-pass` answer the challenges of its phone, `esl-password` lets it
   * log in with `userauth`, limited by `esl-allowed-api`, `esl-allowed-events` and `esl-allowed-log`.
   */
  readonly params?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * The directory: the users that were given, and one for every other phone, with the credentials that its phone expects.
 */
export class Directory {
  readonly #users = new Map<string, DirectoryUser>();
  readonly #registry: Registry;

  constructor(domain: string, users: readonly DirectoryUser[], registry: Registry) {
    this.#registry = registry;
    for (const user of users) this.#users.set(`${user.id}\n${user.domain ?? domain}`, user);
  }

  find(id: string, domain: string): DirectoryUser | undefined {
    const user = this.#users.get(`${id}\n${domain}`);
    if (user) return user;
    if (!this.#registry.hasPhone(id, domain)) return undefined;
    const credentials = reverseAuth(id);
    const params = { 'reverse-auth-user': credentials.user, 'reverse-auth-pass': credentials.password };
    return { id, domain, params, variables: { user_context: 'default' } };
  }

  /** A parameter of a user, its name without regard to case; the last one of that name counts. */
  param(id: string, domain: string, name: string): string | undefined {
    return lookUp(this.find(id, domain)?.params, name);
  }
}

/** A value by its name, without regard to case; the last one of that name counts. */
export function lookUp(values: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  let found: string | undefined;
  for (const [key, value] of Object.entries(values ?? {})) if (key.toLowerCase() === name.toLowerCase()) found = value;
  return found;
}
