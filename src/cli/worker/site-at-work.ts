import type { Aor } from '../../inventory/aor.js';
import { MANY } from '../../run/registrar.js';
import type { Connector } from '../connector.js';
import type { PartFlags } from '../part.js';
import { askSites, closeSites, type OpenSite } from '../sites.js';

/** How old what is known of all registrations may be when a slice begins, milliseconds. A direct run asks once, at its beginning. */
const FRESH_MS = 30_000;

/**
 * Who is there, for the slices of one run. What a few phones are asked for is asked anew for each slice; a server that has told of
 * everybody is not asked again for each slice, as that costs it as much as the slice itself.
 */
export class SiteAtWork {
  readonly #connector: Connector;
  readonly #flags: Pick<PartFlags, 'sip-profile' | 'evidence'>;
  #kept: { readonly site: OpenSite; readonly at: number } | undefined;

  constructor(connector: Connector, flags: Pick<PartFlags, 'sip-profile' | 'evidence'>) {
    this.#connector = connector;
    this.#flags = flags;
  }

  /** @throws QuestionError, Failure; a server that is down is `offline` */
  async for(aors: readonly Aor[]): Promise<OpenSite> {
    if (this.#kept && this.#mayStay(this.#kept)) return this.#kept.site;
    await this.close();
    const wanted = aors.length <= MANY ? aors : undefined;
    const [asked] = await askSites([this.#connector], this.#flags['sip-profile'], wanted);
    if (!asked) throw new Error('one server, and no answer');
    this.#kept = { site: asked, at: Date.now() };
    return asked;
  }

  /** Evidence of a return is measured against what was there before, so that has to be new. */
  #mayStay({ site: { lookUp }, at }: { site: OpenSite; at: number }): boolean {
    const isFresh = Date.now() - at < FRESH_MS && (this.#flags.evidence ?? 'accepted') === 'accepted';
    return isFresh && (lookUp?.questions.isOpen ?? false) && (lookUp?.registrar.knowsAll ?? false);
  }

  async close(): Promise<void> {
    if (this.#kept) await closeSites([this.#kept.site]);
    this.#kept = undefined;
  }
}
