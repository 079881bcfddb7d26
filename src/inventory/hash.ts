// One seed for the process, so that both passes of a run agree on what is a duplicate. Not from node:crypto, which would
// cost each short command some milliseconds to load; all that a guessed seed is good for is a phone that is skipped.
const SEED_LOW = (Math.random() * 2 ** 32) | 0;
const SEED_HIGH = (Math.random() * 2 ** 32) | 0;

/** 64 bits of a key as two halves, never both zero. The same for the same key within one process only. */
export function hash(key: string): { low: number; high: number } {
  let low = SEED_LOW;
  let high = SEED_HIGH;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    low = (low << 13) | (low >>> 19);
    high = Math.imul(high ^ unit, 0x85ebca77);
    high = (high << 17) | (high >>> 15);
  }
  low ^= key.length;
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return { low: (low === 0 && high === 0 ? 1 : low) >>> 0, high: high >>> 0 };
}
