import { knownVendors } from './known.js';
import type { Vendor } from './vendor.js';

/** What a User-Agent says about the phone that sent it. */
export interface Identity {
  readonly vendor: Vendor;
  /** As the phone writes it: `SIP-T46U` says `T46U`, a VVX 250 says `VVX_250`. */
  readonly model?: string;
  readonly firmware?: string;
  /** 12 lower-case hex digits without separators. */
  readonly mac?: string;
}

/**
 * More than any real User-Agent has (the longest known have about 100 characters). The text comes from the network,
 * and some rules take time in the square of its length.
 */
const USER_AGENT_LENGTH = 256;

/**
 * The vendor of the phone with this User-Agent, with what else the User-Agent tells; undefined for one that no rule
 * knows. Phones can be configured to send any User-Agent, and a session border controller may put its own in place,
 * so what an inventory says about the vendor goes first. Never throws; looks at the first 256 characters only.
 */
export function identify(userAgent: string): Identity | undefined {
  // Whoever sends more than any phone does has no memory of ours.
  if (userAgent.length > USER_AGENT_LENGTH) return recognize(userAgent);
  let known = KNOWN.get(userAgent);
  if (known === undefined || rememberedOf !== knownVendors()) {
    known = { identity: recognize(userAgent) };
    if (KNOWN.size >= MOST_KNOWN || rememberedOf !== knownVendors()) KNOWN.clear();
    rememberedOf = knownVendors();
    KNOWN.set(userAgent, known);
  }
  return known.identity;
}

/** A fleet has few models and versions, and each phone is looked at several times. */
const KNOWN = new Map<string, { readonly identity: Identity | undefined }>();
const MOST_KNOWN = 500;
let rememberedOf: readonly Vendor[] | undefined;

function recognize(userAgent: string): Identity | undefined {
  const text = userAgent.slice(0, USER_AGENT_LENGTH).trim();
  for (const vendor of knownVendors()) {
    for (const rule of vendor.userAgents) {
      const match = rule.exec(text);
      if (match) return identity(vendor, match.groups ?? {});
    }
  }
  return undefined;
}

function identity(vendor: Vendor, groups: Readonly<Record<string, string | undefined>>): Identity {
  const model = groups.model?.trim();
  const firmware = groups.firmware?.trim();
  const mac = groups.mac?.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return { vendor, ...(model && { model }), ...(firmware && { firmware }), ...(mac && { mac }) };
}
