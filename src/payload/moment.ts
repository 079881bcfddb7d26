/** A time in the words of a template, after Unicode's date patterns (UTS 35), as few as texts on phones need. */

const TOKENS: Readonly<Record<string, (parts: Readonly<Record<string, string>>) => string | undefined>> = {
  yyyy: ({ year }) => year,
  yy: ({ year }) => year?.slice(-2),
  MM: ({ month }) => month,
  dd: ({ day }) => day,
  HH: ({ hour }) => hour,
  mm: ({ minute }) => minute,
  ss: ({ second }) => second,
};

/** A quoted text, a token or what may be one, or anything else. */
const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g;

/** Longer than any that makes sense, characters. */
const MAX_FORMAT = 100;

/** Making one takes as long as formatting with it a hundred times; a row may name its zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 600;

/** What is wrong with a format; undefined if nothing is. */
export function formatFault(format: string): string | undefined {
  if (format.length > MAX_FORMAT) return `a time is written in at most ${MAX_FORMAT} characters`;
  if (/HH:?MM/.test(format)) return 'MM is the month; minutes are mm';
  for (const [piece, quoted] of format.matchAll(PIECE)) {
    if (piece === "'") return "a ' is not closed";
    if (quoted === undefined && /^[A-Za-z]/.test(piece) && !Object.hasOwn(TOKENS, piece)) {
      return `"${piece}" is no part of a time; there are ${Object.keys(TOKENS).join(' ')}, and other letters stand in '…'`;
    }
  }
  return undefined;
}

/** What is wrong with the name of a time zone; undefined if nothing is. */
export function zoneFault(zone: string): string | undefined {
  try {
    formatterOf(zone);
    return undefined;
  } catch {
    return `there is no time zone ${JSON.stringify(zone.slice(0, 60))}; for example Europe/Berlin, or UTC`;
  }
}

/**
 * The moment as `format` says it, in this zone, or in that of the machine.
 * @throws Error for a format or a zone that there is not
 */
export function formatMoment(moment: Date, format: string, zone: string | undefined): string {
  const fault = formatFault(format) ?? (zone === undefined ? undefined : zoneFault(zone));
  if (fault !== undefined) throw new Error(fault);
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  return format.replace(PIECE, (piece: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'");
    return TOKENS[piece]?.(parts) ?? piece;
  });
}

function formatterOf(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? '';
  const known = formatters.get(key);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(key, formatter);
  return formatter;
}
