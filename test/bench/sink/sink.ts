import { type ChildProcess, fork } from 'node:child_process';
import { BUNDLES, CLEAN_ENV } from '../places.js';
import type { FromSink, SinkSeen, SinkSettings, ToSink } from './protocol.js';

const AT_REST: SinkSettings = { delayMs: 0, rate: 0, registrations: 0, events: 0 };

/** The sink, as the bench sees it. */
export class Sink {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<Sink> {
    const child = fork(`${BUNDLES}/sink/main.js`, { env: CLEAN_ENV });
    const first = await next(child);
    if (typeof first !== 'object' || !('port' in first)) throw new Error('the sink did not say its port');
    return new Sink(child, first.port);
  }

  /** For connections from now on; what is not given is off. */
  async set(settings: Partial<SinkSettings>): Promise<void> {
    await this.#ask({ settings: { ...AT_REST, ...settings } });
    await this.take();
  }

  /** What it has seen since it was last asked. */
  async take(): Promise<SinkSeen> {
    const answer = await this.#ask('take');
    if (typeof answer !== 'object' || !('seen' in answer)) throw new Error('the sink did not say what it has seen');
    return answer.seen;
  }

  stop(): void {
    this.#child.disconnect();
  }

  #ask(message: ToSink): Promise<FromSink> {
    const answer = next(this.#child);
    this.#child.send(message);
    return answer;
  }
}

function next(child: ChildProcess): Promise<FromSink> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the sink ended'));
    child.once('exit', onExit).once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as FromSink);
    });
  });
}
