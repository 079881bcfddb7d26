import { Writable } from 'node:stream';

/** A stream like those of the process, which keeps what is written, and can be slow or be lost. */
export class FakeStream extends Writable {
  isTTY = false;
  columns = 80;
  text = '';
  /** How many times something was written. */
  writes = 0;
  #held: (() => void)[] = [];
  #isSlow = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.writes++;
    if (this.#isSlow) this.#held.push(done);
    else done();
  }

  /** Takes nothing more in until `catchUp`. */
  hold(): void {
    this.#isSlow = true;
  }

  catchUp(): void {
    this.#isSlow = false;
    for (const done of this.#held.splice(0)) done();
  }

  /** As if whoever read it had gone. */
  lose(): void {
    this.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  }

  /** For whoever wants a stream of the process. */
  get asStdout(): typeof process.stdout & typeof process.stderr {
    return this as unknown as typeof process.stdout & typeof process.stderr;
  }
}
