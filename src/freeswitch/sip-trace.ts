import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, EslError, type Message } from '../esl/index.js';
import type { ProfileStatus } from './profile-status.js';
import { Questions } from './questions.js';
import { SipTraceError } from './sip-trace-error.js';
import { openLog, tellsLoss } from './sip-trace-log.js';
import { TraceProbe } from './sip-trace-probe.js';
import { readTrace, type TracedMessage } from './sip-trace-reader.js';
import { TraceSwitch } from './sip-trace-switch.js';

export interface SipTraceOptions {
  /** Opens a connection that nothing else uses. Called again when it is lost, to switch the trace off. */
  readonly connect: (onMessage: (message: Message) => void) => Promise<Connection>;
  readonly profiles: readonly string[];
  /** Hears of every SIP message of these profiles. */
  readonly onMessage: (traced: TracedMessage) => void;
  /**
   * Aborted before the trace runs, it ends it: what was switched on is switched off. After that, this has no effect.
   */
  readonly signal?: AbortSignal;
  /** How long a look at whether a profile is being traced may take, milliseconds. @default 500 */
  readonly probeMs?: number;
  /** How long switching off may take in all, with as many new connections as it needs, milliseconds. @default 15000 */
  readonly stopMs?: number;
}

/**
 * The SIP trace of some profiles, read from FreeSWITCH's log. It is a state of the profile, not of our connection: left
 * alone it would go on for ever, and every SIP message would fill the server's log file too. So what `start` switches
 * on, `stop` switches off, or says that it could not, and how to do it by hand. A process that is killed can't.
 */
export class SipTrace {
  /**
   * Resolves when the trace has ended, with the reason if it was not `stop`. From then on answers go unseen. Never
   * rejects.
   */
  readonly ended: Promise<EslError | undefined>;

  readonly #options: SipTraceOptions;
  readonly #probe: TraceProbe;
  readonly #switch = new TraceSwitch();
  #connection: Connection | undefined;
  #profiles: readonly ProfileStatus[] = [];
  #foundOn: readonly string[] = [];
  #unproven: readonly string[] = [];
  #linesLost = false;
  #stopped: Promise<void> | undefined;
  /** Nothing is done any more, and no connection is needed. */
  #over = false;
  /** What went wrong last in switching off. */
  #trouble: EslError | undefined;
  #settleEnded: (reason: EslError | undefined) => void = () => {};

  private constructor(options: SipTraceOptions) {
    this.#options = options;
    this.#probe = new TraceProbe(options.probeMs ?? 500);
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
  }

  /**
   * Switches the trace on. Whatever goes wrong on the way, nothing is left on when this rejects, or the error says so.
   * @throws SipTraceError, EslError, QuestionError
   */
  static async start(options: SipTraceOptions): Promise<SipTrace> {
    const trace = new SipTrace(options);
    try {
      await trace.#begin(options);
      return trace;
    } catch (error) {
      await trace.stop();
      throw error;
    }
  }

  /** Profiles that somebody else is tracing already. They are left as they are; see `dark`. */
  get foundOn(): readonly string[] {
    return this.#foundOn;
  }

  /** Profiles of which nothing was seen although the trace is on, as they take TLS only, or are very busy. */
  get unproven(): readonly string[] {
    return this.#unproven;
  }

  /** Whether FreeSWITCH dropped log lines for a reader that was too slow, perhaps us: answers may have gone unseen. */
  get linesLost(): boolean {
    return this.#linesLost;
  }

  /**
   * Profiles that show nothing any more, although they did: somebody else switched the trace off, as a second run that
   * found it on can't know of the first, or the profile was started anew. Ask before silence is taken for a missing
   * answer.
   * @throws EslError
   */
  async dark(): Promise<readonly string[]> {
    const dark = this.#connection ? await this.#dark(this.#connection) : [];
    return dark.filter((name) => !this.#unproven.includes(name));
  }

  /**
   * Switches off what `start` switched on; more than once does no harm. After the loss of the connection it has begun
   * by itself.
   * @throws SipTraceError, whose hint is what the administrator must type
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #begin({ profiles: names, signal }: SipTraceOptions): Promise<void> {
    const connection = await unlessAborted(signal, () => this.#open());
    const profiles = await unlessAborted(signal, () => statuses(connection, names));
    const before = await unlessAborted(signal, () => this.#probe.shown(connection, profiles));
    for (const profile of profiles) {
      if (!before.has(profile.name)) await unlessAborted(signal, () => this.#switch.on(connection, profile));
    }
    this.#profiles = profiles;
    this.#foundOn = [...before];
    this.#unproven = await unlessAborted(signal, () => this.#dark(connection));
  }

  async #dark(connection: Connection): Promise<string[]> {
    const shown = await this.#probe.shown(connection, this.#profiles);
    return this.#profiles.map(({ name }) => name).filter((name) => !shown.has(name));
  }

  /** A connection with the log on it. One that comes when it is too late ends at once. */
  async #open(): Promise<Connection> {
    const connection = await this.#options.connect((message) => this.#receive(message));
    if (this.#over) connection.destroy();
    this.#connection = connection;
    void connection.closed.then((reason) => this.#lost(reason));
    await openLog(connection);
    return connection;
  }

  #receive(message: Message): void {
    const traced = readTrace(message);
    if (!traced) this.#linesLost ||= tellsLoss(message);
    else if (!this.#probe.take(traced)) this.#options.onMessage(traced);
  }

  #lost(reason: EslError | undefined): void {
    if (this.#stopped !== undefined) return;
    this.#settleEnded(reason);
    // The caller's own `stop` gets the same promise, and with it the error.
    this.stop().catch(() => {});
  }

  async #end(): Promise<void> {
    const limitMs = this.#options.stopMs ?? 15_000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#trouble ?? new Error(`no answer within ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([this.#wayOff(), late]);
    } catch (error) {
      if (this.#switch.used) throw this.#switch.leftOn(error);
    } finally {
      clearTimeout(timer);
      this.#over = true;
      this.#connection?.destroy();
      this.#settleEnded(undefined);
    }
  }

  async #wayOff(): Promise<void> {
    for (let pauseMs = 100; !this.#over; pauseMs = Math.min(2 * pauseMs, 2000)) {
      try {
        if (this.#switch.used) {
          const connection = this.#connection?.open ? this.#connection : await this.#open();
          await this.#switch.off(connection, this.#probe);
        }
        return await this.#connection?.close();
      } catch (error) {
        if (!(error instanceof EslError)) throw error;
        this.#trouble = error;
      }
      await pause(pauseMs);
    }
  }
}

async function statuses(connection: Connection, names: readonly string[]): Promise<ProfileStatus[]> {
  const questions = new Questions(connection);
  const found = new Map<string, ProfileStatus>();
  for (const name of names) {
    const status = await questions.profileStatus(name);
    if (!status) throw new SipTraceError('no-profile', `no SIP profile ${name} is running`);
    // Two names may be the same profile.
    found.set(status.name, status);
  }
  return [...found.values()];
}

/** Takes a step, unless the signal is aborted before it or meanwhile. */
function unlessAborted<T>(signal: AbortSignal | undefined, step: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new SipTraceError('interrupted', 'interrupted before the SIP trace ran'));
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    step()
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}
