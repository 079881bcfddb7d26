/**
 * The helpers that templates have, beside Handlebars' own `if`, `unless`, `each`, `with` and `lookup`. Few on purpose;
 * `template show` and the README list them from here.
 */
export const HELPERS: Readonly<Record<string, { readonly usage: string; readonly about: string }>> = {
  default: { usage: '{{default floor "?"}}', about: 'the first value, or the second if that is missing or empty' },
  xml: { usage: '{{xml name}}', about: 'escaped for an XML text or attribute' },
  json: { usage: '{{json name}}', about: 'as a JSON string, with its quotes' },
  crlf: { usage: '{{#crlf}}…{{/crlf}}', about: 'the lines within end in CR LF, as SIP bodies of some types want' },
};

/** Every name that calls a helper, Handlebars' own among them. */
export const HELPER_NAMES: ReadonlySet<string> = new Set([
  'if',
  'unless',
  'each',
  'with',
  'lookup',
  ...Object.keys(HELPERS),
]);

/** Helpers whose value has to be there as that of a name that stands alone: a missing column is an error, not ''. */
export const NEEDS_VALUE: ReadonlySet<string> = new Set(['xml', 'json']);

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes for XML 1.0; characters that XML can't hold at all are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => XML_ENTITIES[character] ?? character);
}

type BlockOptions = { readonly fn?: (context: unknown) => string };

/** The implementations, to be registered with an isolated Handlebars. */
export const HELPER_FUNCTIONS: Readonly<Record<string, (this: unknown, ...args: unknown[]) => string>> = {
  default: (value, fallback) => text(value) || text(fallback),
  xml: (value) => escapeXml(text(value)),
  json: (value) => JSON.stringify(text(value)),
  crlf(options) {
    const { fn } = options as BlockOptions;
    return fn ? fn(this).replace(/\r?\n/g, '\r\n') : '';
  },
};

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
