import { InventoryError } from '../errors.js';
import { show } from '../show.js';

/** An element with nothing but text in it. */
export interface XmlLeaf {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  /** The elements around it, the outermost first. */
  readonly parents: readonly string[];
  /** The line on which it begins, counted from 1. */
  readonly line: number;
}

/** What was looked for in a file. */
export interface XmlSettings {
  /** The name of the outermost element. */
  readonly root: string;
  /** The names of the elements right within it. */
  readonly sections: ReadonlySet<string>;
  /** In the order in which they end. */
  readonly leaves: readonly XmlLeaf[];
}

const DEEPEST = 16;

const NAME = '[A-Za-z_][\\w.:-]*';
const OPENING = new RegExp(`<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');
const CLOSING = new RegExp(`</(${NAME})\\s*>`, 'y');
const TEXT = /[^<]+/y;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What is passed over, and how it ends. */
const ASIDE: readonly (readonly [begin: string, end: string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
];

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
  text: string;
  isLeaf: boolean;
}

/**
 * Reads the XML of settings: elements, attributes, text, CDATA and comments; the entities that XML itself has. Strict, and on
 * purpose without all that can do harm: a DOCTYPE is refused, so that nothing can be declared, expanded or fetched. Errors name
 * elements and lines, never a value.
 * @param wanted which elements are returned
 * @throws InventoryError for what is not well-formed
 */
export function readXml(text: string, file: string, wanted: ReadonlySet<string>): XmlSettings {
  return new XmlReader(text, file, wanted).read();
}

class XmlReader {
  readonly #text: string;
  readonly #file: string;
  readonly #wanted: ReadonlySet<string>;
  readonly #sections = new Set<string>();
  readonly #open: Open[] = [];
  readonly #leaves: XmlLeaf[] = [];
  #root: string | undefined;
  #at = 0;
  #line = 1;

  constructor(text: string, file: string, wanted: ReadonlySet<string>) {
    this.#text = text;
    this.#file = file;
    this.#wanted = wanted;
  }

  read(): XmlSettings {
    while (this.#at < this.#text.length) this.#advance(this.#next());
    const last = this.#open.at(-1);
    if (last) throw this.#error(`the file ends within <${show(last.name)}>, which begins on line ${last.line}`);
    if (this.#root === undefined) throw this.#error('has no element');
    return { root: this.#root, sections: this.#sections, leaves: this.#leaves };
  }

  /** Takes what begins here. Returns it as it is written. */
  #next(): string {
    const text = this.#match(TEXT);
    if (text) return this.#takeText(this.#decode(text[0]), text[0]);
    for (const [begin, end] of ASIDE) {
      if (this.#text.startsWith(begin, this.#at)) return this.#piece(end);
    }
    if (this.#text.startsWith('<![CDATA[', this.#at)) {
      const piece = this.#piece(']]>');
      return this.#takeText(piece.slice(9, -3), piece);
    }
    if (this.#text.startsWith('<!', this.#at)) {
      throw this.#error('has a DOCTYPE, which settings do not have', 'it is not read, as it may declare entities');
    }
    const closing = this.#match(CLOSING);
    if (closing) return this.#close(closing[1] ?? '', closing[0]);
    const opening = this.#match(OPENING);
    if (!opening) throw this.#error('is not well-formed: a < begins no tag', 'within a value, < is written &lt;');
    const [whole, name = '', attributes = '', slash] = opening;
    this.#begin(name, attributes);
    return slash ? this.#close(name, whole) : whole;
  }

  #takeText(text: string, whole: string): string {
    const open = this.#open.at(-1);
    if (open) open.text += text;
    else if (text.trim() !== '') throw this.#error('is not well-formed: text stands outside of all elements');
    return whole;
  }

  #begin(name: string, attributes: string): void {
    const parent = this.#open.at(-1);
    if (parent) parent.isLeaf = false;
    else if (this.#root !== undefined) throw this.#error('is not well-formed: something follows its end');
    this.#root ??= name;
    if (this.#open.length === 1) this.#sections.add(name);
    if (this.#open.length >= DEEPEST) throw this.#error(`has elements more than ${DEEPEST} deep`);
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(
      ([, key = '', double, single]) => [key, this.#decode(double ?? single ?? '')] as const,
    );
    this.#open.push({ name, attributes: new Map(pairs), line: this.#line, text: '', isLeaf: true });
  }

  #close(name: string, whole: string): string {
    const open = this.#open.pop();
    if (open?.name !== name) {
      const wanted = open === undefined ? '' : ` where </${show(open.name)}> belongs`;
      throw this.#error(`is not well-formed: there is a </${show(name)}>${wanted}`);
    }
    const { attributes, line, text, isLeaf } = open;
    if (isLeaf && this.#wanted.has(name)) {
      this.#leaves.push({ name, attributes, line, text, parents: this.#open.map((one) => one.name) });
    }
    return whole;
  }

  #decode(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(/&(?:#(\d{1,7}|x[0-9a-f]{1,6});|(\w{1,8});)?/gi, (whole, code?: string, name?: string) => {
      if (name !== undefined && Object.hasOwn(ENTITIES, name)) return ENTITIES[name] ?? '';
      const point = code === undefined ? Number.NaN : Number(code.replace(/^x/i, '0x'));
      if (point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000)) return String.fromCodePoint(point);
      if (whole === '&')
        throw this.#error('is not well-formed: a & begins no entity', 'within a value, & is written &amp;');
      throw this.#error(
        'has an entity that XML does not know',
        'only &amp; &lt; &gt; &quot; &apos; and numbers are known',
      );
    });
  }

  /** From here up to and with an end that must come. */
  #piece(end: string): string {
    const at = this.#text.indexOf(end, this.#at + 2);
    if (at === -1) throw this.#error(`is not well-formed: ${end} is missing`);
    return this.#text.slice(this.#at, at + end.length);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #advance(piece: string): void {
    for (let at = piece.indexOf('\n'); at !== -1; at = piece.indexOf('\n', at + 1)) this.#line++;
    this.#at += piece.length;
  }

  #error(problem: string, hint?: string): InventoryError {
    return new InventoryError(problem, { file: this.#file, line: this.#line, ...(hint !== undefined && { hint }) });
  }
}
