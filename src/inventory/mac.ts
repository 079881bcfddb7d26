const PLAIN = /^[0-9a-f]{12}$/;
const NOTATION =
  /^(?:[0-9a-f]{12}|[0-9a-f]{2}(?:([:. -])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}|[0-9a-f]{4}([:.-])[0-9a-f]{4}\2[0-9a-f]{4}|[0-9a-f]{6}[:.-][0-9a-f]{6})$/;

/**
 * A MAC address in any usual notation (`00:15:65:AA:BB:CC`, `00-15-65-…`, `0015.65aa.bbcc`, `001565-aabbcc`) as 12
 * lower-case hexadecimal digits; undefined if it is none.
 */
export function normalizeMac(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const lower = text.toLowerCase();
  return NOTATION.test(lower) ? lower.replace(/[^0-9a-f]/g, '') : undefined;
}

/** Why a text is no MAC address, in words. */
export function macProblem(text: string): string {
  const digits = text.replace(/[:.\s-]/g, '');
  if (/^\d(?:[.,]\d+)?e[+-]?\d+$/i.test(text)) return 'is a number as a spreadsheet writes it, the MAC address is lost';
  const odd = /[^0-9a-f]/i.exec(digits)?.[0];
  if (odd !== undefined) return 'is not a MAC address, which has 12 hexadecimal digits';
  if (digits.length !== 12) return `has ${digits.length} hexadecimal digits, a MAC address has 12`;
  return 'is not a usual notation of a MAC address';
}

/**
 * A glob for MAC addresses (`00:15:65:*`, `0015.65??.*`) as one for {@link normalizeMac}'s notation. One that holds anything
 * else than a MAC address and wildcards is left as it is: it fits none.
 */
export function macGlob(glob: string): string {
  return /^[0-9a-f:. *?-]+$/i.test(glob) ? glob.replace(/[:. -]/g, '') : glob;
}
