import { createHash } from 'node:crypto';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemReason } from '../journal/errors.js';
import { makeFolder } from '../make-folder.js';
import type { Feature, State } from './actions.js';

/** What is on can't be looked up or remembered. `message` says which and why. */
export class SwitchesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SwitchesError';
  }
}

/**
 * Remembers what is on, as neither phones nor FreeSWITCH tell: a folder with a file for each, so that several processes may use it
 * and none undoes what another has remembered of other phones. Who toggles has looked before: one process for each phone.
 */
export class Switches {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws SwitchesError */
  async isOn(feature: Feature, aor: string): Promise<boolean> {
    try {
      await access(this.#path(feature, aor));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw new SwitchesError(`whether ${feature} is on can't be read in ${this.#folder}: ${systemReason(error)}`);
    }
  }

  /** @throws SwitchesError */
  async set(feature: Feature, aor: string, state: State): Promise<void> {
    const path = this.#path(feature, aor);
    try {
      await makeFolder(this.#folder);
      if (state === 'on') await writeFile(path, `${feature} ${aor}\n`, { mode: 0o600 });
      else await rm(path, { force: true });
    } catch (error) {
      const reason = `can't be remembered in ${this.#folder}: ${systemReason(error)}`;
      throw new SwitchesError(`that ${feature} of ${aor} is ${state} ${reason}; toggle goes by what was before`);
    }
  }

  /** An AOR may be longer than a file's name, and hold what it can't. */
  #path(feature: Feature, aor: string): string {
    return join(this.#folder, `${feature}-${createHash('sha256').update(aor).digest('hex')}`);
  }
}
