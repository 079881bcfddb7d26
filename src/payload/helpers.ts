/** What is told of a helper: the same in `help templates`, `template show` and the README, and shown by a test. */
export interface HelperGuide {
  /** How it is written. A template in itself, unless the example has one of its own. */
  readonly usage: string;
  readonly about: string;
  readonly example: {
    readonly source?: string;
    readonly values?: Readonly<Record<string, string>>;
    readonly result: string;
  };
}

/** When the run of the examples began. */
export const EXAMPLE_BEGAN = new Date('2026-03-09T06:05:00Z');

/** The helpers that templates have, beside Handlebars' own `if`, `unless`, `each`, `with` and `lookup`. Few on purpose. */
export const HELPERS: Readonly<Record<string, HelperGuide>> = {
  default: {
    usage: '{{default floor "?"}}',
    about: 'the first value, or the second if that is missing or empty',
    example: { values: { floor: '' }, result: '?' },
  },
  xml: {
    usage: '{{xml name}}',
    about: 'escaped for an XML text or attribute',
    example: { values: { name: 'Smith & Sons' }, result: 'Smith &amp; Sons' },
  },
  json: {
    usage: '{{json name}}',
    about: 'as a JSON string, with its quotes',
    example: { values: { name: 'the "Den"' }, result: '"the \\"Den\\""' },
  },
  crlf: {
    usage: '{{#crlf}}…{{/crlf}}',
    about: 'the lines within end in CR LF, as SIP bodies of some types want',
    example: { source: '{{#crlf}}a\nb{{/crlf}}', result: 'a\r\nb' },
  },
  upper: {
    usage: '{{upper mac}}',
    about: 'in capitals',
    example: { values: { mac: '805ec0aabbcc' }, result: '805EC0AABBCC' },
  },
  lower: {
    usage: '{{lower name}}',
    about: 'in small letters',
    example: { values: { name: 'Reception' }, result: 'reception' },
  },
  trim: {
    usage: '{{trim name}}',
    about: 'without blanks and line ends around it',
    example: { values: { name: '  Ada ' }, result: 'Ada' },
  },
  replace: {
    usage: '{{replace mac ":" ""}}',
    about: 'with another text for each place where one stands',
    example: { values: { mac: '80:5e:c0:aa:bb:cc' }, result: '805ec0aabbcc' },
  },
  truncate: {
    usage: '{{truncate text 8 "…"}}',
    about: 'no more than so many characters, the ending that a cut text gets among them; the ending may be left out',
    example: { values: { text: 'Fire drill' }, result: 'Fire dr…' },
  },
  padleft: {
    usage: '{{padleft room 4 "0"}}',
    about: 'filled up on the left to so many characters, with a blank if no other is given',
    example: { values: { room: '42' }, result: '0042' },
  },
  padright: {
    usage: '{{padright name 6 "."}}',
    about: 'filled up on the right',
    example: { values: { name: 'Ada' }, result: 'Ada...' },
  },
  eq: {
    usage: '{{#if (eq floor "2")}}…{{/if}}',
    about: 'whether two texts are the same, for if and unless',
    example: { source: '{{#if (eq floor "2")}}yes{{else}}no{{/if}}', values: { floor: '2' }, result: 'yes' },
  },
  now: {
    usage: '{{now "HH:mm" zone="UTC"}}',
    about:
      "when the run began, the same for all phones and also when it is resumed; of yyyy yy MM dd HH mm ss, other letters in '…'; without a zone the time of this machine",
    example: { source: '{{now "yyyy-MM-dd HH:mm" zone="Europe/Berlin"}}', result: '2026-03-09 07:05' },
  },
};

/** An example as it is shown: what goes in, and what comes out. */
export function exampleOf({ example: { source, values = {}, result } }: HelperGuide): string {
  const shown = (text: string): string => {
    const isPlain = text !== '' && text === text.trim();
    return isPlain ? text.replaceAll('\r', '\\r').replaceAll('\n', '\\n') : JSON.stringify(text);
  };
  const given = Object.entries(values).map(([name, value]) => `${name} is ${shown(value)}`);
  return `${[...(source === undefined ? [] : [shown(source)]), ...given].join(', ')} → ${shown(result)}`;
}

/** What a helper takes. */
export interface Signature {
  /** Whether it is written `{{#name}}…{{/name}}`. */
  readonly isBlock?: boolean;
  /** How many values: at least, and at most. */
  readonly values: readonly [number, number];
  /** What may be said by name: `zone="UTC"`. */
  readonly named?: readonly string[];
  /** Whether values may be missing. A missing column is an error for all others, as for a name that stands alone. */
  readonly isLenient?: boolean;
}

/** Every helper there is, Handlebars' own among them. */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ['if', { isBlock: true, values: [1, 1], named: ['includeZero'], isLenient: true }],
  ['unless', { isBlock: true, values: [1, 1], named: ['includeZero'], isLenient: true }],
  ['each', { isBlock: true, values: [1, 1], isLenient: true }],
  ['with', { isBlock: true, values: [1, 1], isLenient: true }],
  ['lookup', { values: [2, 2], isLenient: true }],
  ['default', { values: [2, 2], isLenient: true }],
  ['xml', { values: [1, 1] }],
  ['json', { values: [1, 1] }],
  ['crlf', { isBlock: true, values: [0, 0] }],
  ['upper', { values: [1, 1] }],
  ['lower', { values: [1, 1] }],
  ['trim', { values: [1, 1] }],
  ['replace', { values: [3, 3] }],
  ['truncate', { values: [2, 3] }],
  ['padleft', { values: [2, 3] }],
  ['padright', { values: [2, 3] }],
  ['eq', { values: [2, 2] }],
  ['now', { values: [1, 1], named: ['zone'] }],
]);

/** Every name that calls a helper. */
export const HELPER_NAMES: ReadonlySet<string> = new Set(SIGNATURES.keys());

/** How a helper is written, to be tried. */
export function usageOf(name: string): string {
  return HELPERS[name]?.usage ?? (name === 'lookup' ? '{{lookup this "name"}}' : `{{#${name} name}}…{{/${name}}}`);
}
