import { type Connection, EslError } from '../esl/index.js';
import { Questions } from '../freeswitch/questions.js';
import { type Check, failed, passed, warned } from './check-up-check.js';
import { checkProfiles, type ProfileReport } from './check-up-profiles.js';
import { check, checkModules, checkServer, QUESTIONS } from './check-up-questions.js';
import { CHECKED_NEWS, checkLog, checkNews } from './check-up-subscriptions.js';
import { isLoopback } from './loopback.js';

/** The server that is looked at. */
export interface CheckedServer {
  /** `host:port` */
  readonly name: string;
  /** A name or an address. */
  readonly host: string;
  readonly hasStockPassword: boolean;
  /** Opens one more connection, within a time of its own. */
  open(): Promise<Connection>;
}

type Step = (questions: Questions) => AsyncIterable<Check> | Promise<Check>;

/**
 * Looks whether phonectl can work with a server and this login, by asking harmlessly: nothing is changed there, nothing is sent
 * to a phone, and what is subscribed to goes with its connection. Every step has an end, as every reply has.
 */
export class CheckUp {
  /** Filled as the checks go on. */
  readonly profiles: ProfileReport[] = [];
  readonly #server: CheckedServer;

  constructor(server: CheckedServer) {
    this.#server = server;
  }

  /** The checks, each as soon as it is made; none after one that leaves nothing to ask. */
  async *checks(): AsyncGenerator<Check, void, undefined> {
    let connection: Connection;
    try {
      connection = await this.#server.open();
    } catch (error) {
      yield* this.#unopened(error);
      return;
    }
    try {
      yield passed('connection', `${this.#server.name} takes connections from here`);
      yield this.#login();
      if (!isLoopback(this.#server.host)) yield this.#wire();
      for (const step of this.#steps()) {
        // A question that gets no answer costs its connection, not the others their turn.
        if (!connection.open) connection = await this.#server.open();
        const made = step(new Questions(connection));
        if (made instanceof Promise) yield await made;
        else yield* made;
      }
      await connection.close();
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      yield failed('connection', `${error.message}, and the checks that are left were not made`, error.hint);
    } finally {
      connection.destroy();
    }
  }

  #steps(): readonly Step[] {
    const open = () => this.#server.open();
    return [
      checkServer,
      (questions) => checkProfiles(questions, this.profiles),
      checkModules,
      ...QUESTIONS.map(
        (asked): Step =>
          (questions) =>
            check(asked, questions),
      ),
      () => checkLog(open),
      ...CHECKED_NEWS.map(
        (news): Step =>
          () =>
            checkNews(news, open),
      ),
    ];
  }

  *#unopened(error: unknown): Generator<Check> {
    if (!(error instanceof EslError)) throw error;
    const isRefused = error.code === 'auth';
    if (isRefused) yield passed('connection', `${this.#server.name} takes connections from here`);
    yield failed(isRefused ? 'login' : 'connection', error.message, error.hint);
  }

  #wire(): Check {
    const { host } = this.#server;
    const detail = `the event socket is not encrypted: who sees the way to ${host} reads the password and all orders`;
    return warned('wire', detail, `a VPN, or a tunnel: ssh -L 8021:127.0.0.1:8021 ${host}`);
  }

  #login(): Check {
    const { host, hasStockPassword } = this.#server;
    if (!hasStockPassword || isLoopback(host)) return passed('login', 'the server takes this password');
    const detail =
      'the password is the one that every FreeSWITCH is shipped with, and this address is not loopback: whoever reaches the port controls the server';
    return warned('login', detail, 'set another password in event_socket.conf.xml, and give it with --password-file');
  }
}
