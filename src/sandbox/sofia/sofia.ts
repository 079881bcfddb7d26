import type { Phone } from '../phones/phone.js';
import type { Registry } from '../phones/registry.js';
import type { Delivery, Shipment } from './delivery.js';
import type { SipTrace } from './trace.js';

/** mod_sofia: what it knows, its counters, and its way to the phones. */
export class Sofia {
  readonly registry: Registry;
  readonly trace: SipTrace;
  readonly #delivery: Delivery;
  #cseq = 123_000_000 + Math.floor(Math.random() * 100_000);
  #presenceCseq = 1_408_000_000 + Math.floor(Math.random() * 100_000);

  constructor(registry: Registry, delivery: Delivery, trace: SipTrace) {
    this.registry = registry;
    this.trace = trace;
    this.#delivery = delivery;
  }

  /** The CSeq of the next request outside a dialog. */
  nextCseq(): number {
    return ++this.#cseq;
  }

  /** The CSeq of the next NOTIFY within a subscription (`sofia_presence_get_cseq`). */
  nextPresenceCseq(): number {
    return ++this.#presenceCseq;
  }

  /** Sends a request on behalf of the `sendevent` with this uuid; gives the status of its answer, null without one. */
  send(shipment: Shipment, eventUuid: string): number | null {
    return this.#delivery.send(shipment, eventUuid);
  }

  /** The phone that is reached under a URI, with or without its parameters. */
  phoneAt(uri: string): Phone | undefined {
    return this.registry.phoneAt(uri) ?? this.registry.phoneAt(uri.split(';', 1)[0] ?? '');
  }
}
