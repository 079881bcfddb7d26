import { formatAor } from '../inventory/aor.js';
import type { Entry, Phone } from '../inventory/phone.js';
import type { Target } from './outcome.js';
import { type Planned, type Plans, settled } from './plan.js';
import type { Registrar } from './registrar.js';

/** One server of a run, and what decides what its phones get. */
export interface Site {
  /** As outcomes name it, and as a `server` column may. */
  readonly name: string;
  /** What else a `server` column may call it. */
  readonly aliases: readonly string[];
  readonly plans: Plans;
  /** Who is registered there; undefined if nobody was asked, or if it could not be reached. */
  readonly registrar: Registrar | undefined;
  /** Whether it could not be reached. */
  readonly isDown: boolean;
}

/** What the reason of a phone begins with that names no server where there are several. */
export const NO_SERVER = 'no server is named';

export interface RoutesOptions {
  /** Whether orders go to the phones of a mailbox. */
  readonly toMailbox: boolean;
  /** Whether the user named the servers, so that rows can mean one of them. */
  readonly isNamed: boolean;
}

/**
 * Brings each phone to its server: the one that its row names, else the one where it is registered. A name that is none
 * of the user's servers leads nowhere: a file must not decide where a password is sent.
 */
export class Routes implements Plans {
  readonly #sites: readonly Site[];
  readonly #options: RoutesOptions;
  readonly #byName: ReadonlyMap<string, Site>;

  constructor(sites: readonly Site[], options: RoutesOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#byName = byName(sites);
  }

  restart(): void {
    for (const { plans } of this.#sites) plans.restart();
  }

  async plan(entry: Entry): Promise<readonly Planned[]> {
    const sites = await this.#sitesOf(entry);
    if (sites.length === 0 && entry.kind === 'phone') return [this.#astray(entry.phone)];
    const planned: Planned[] = [];
    for (const { plans } of sites) planned.push(...(await plans.plan(entry)));
    return planned;
  }

  /** The part of this that is one server's, so that each can be gone through at its own pace. */
  only(name: string): Plans {
    const site = this.#sites.find((one) => one.name === name);
    return {
      restart: () => site?.plans.restart(),
      plan: async (entry) => {
        const sites = await this.#sitesOf(entry);
        if (site && sites.includes(site)) return site.plans.plan(entry);
        // Somebody has to say so, and only once.
        const isAstray = sites.length === 0 && entry.kind === 'phone' && site === this.#sites[0];
        return isAstray ? [this.#astray(entry.phone)] : [];
      },
    };
  }

  async #sitesOf(entry: Entry): Promise<readonly Site[]> {
    const [first] = this.#sites;
    if (entry.kind === 'problem') return first ? [first] : [];
    const { phone } = entry;
    if (phone.server !== undefined && this.#options.isNamed) {
      const named = this.#byName.get(phone.server.toLowerCase());
      return named ? [named] : [];
    }
    if (this.#sites.length === 1) return this.#sites;
    const there: Site[] = [];
    for (const site of this.#sites) {
      if (site.registrar && (await this.#isAt(site.registrar, phone))) there.push(site);
    }
    if (there.length > 0) return there;
    // It may be at one that is down; else any that was asked can say why it is nowhere.
    const nowhere = this.#sites.find(({ isDown }) => isDown) ?? this.#sites.find(({ registrar }) => registrar);
    return nowhere ? [nowhere] : [];
  }

  async #isAt(registrar: Registrar, { aor }: Phone): Promise<boolean> {
    const found = this.#options.toMailbox ? await registrar.ofMailbox(aor) : await registrar.ofUser(aor);
    return found.length > 0;
  }

  #astray({ aor, server = '', profile = '', row }: Phone): Planned {
    const names = this.#sites.map(({ name }) => name).join(', ');
    const target: Target = { aor: formatAor(aor), server, profile, vendor: null, event: null, row: row ?? null };
    const reason =
      server === ''
        ? `${NO_SERVER}, and nobody asked which of ${names} it is`
        : `server "${server}" is none of ${names}`;
    return settled(target, 'invalid', reason);
  }
}

/** What a row may call a server. Of a name that fits several, as two ports of one host, nobody knows which is meant. */
function byName(sites: readonly Site[]): ReadonlyMap<string, Site> {
  const found = new Map<string, Site>();
  for (const site of sites) {
    for (const alias of site.aliases) {
      const isShared = sites.some((other) => other !== site && other.aliases.includes(alias));
      if (!isShared) found.set(alias.toLowerCase(), site);
    }
  }
  for (const site of sites) found.set(site.name.toLowerCase(), site);
  return found;
}
