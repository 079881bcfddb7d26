/** One element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/;
const NAME = '[A-Za-z_][A-Za-z0-9_.-]*';
const TAG = new RegExp(`<(?:/(${NAME})|(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?))>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})="([^"]*)"`, 'g');
/** What XML 1.0 allows at all (its production 2). */
const NOT_A_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads elements and attributes as strictly as XML 1.0 wants it. Throws for text that is not well-formed. */
export function parseXml(text: string): XmlElement {
  const bad = NOT_A_CHARACTER.exec(text);
  if (bad) throw new Error(`U+${bad[0].codePointAt(0)?.toString(16)} can't be in XML`);
  const top: XmlElement[] = [];
  const open: { name: string; children: XmlElement[] }[] = [{ name: '', children: top }];
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    TAG.lastIndex = at;
    const [whole, closed, name, attributes = '', empty] = TAG.exec(text) ?? [];
    if (whole === undefined) throw new Error(`not well-formed: ${text.slice(at, at + 80)}`);
    at += whole.length;
    const parent = open.at(-1);
    if (closed !== undefined) {
      if (parent?.name !== closed || open.length < 2) throw new Error(`</${closed}> closes nothing`);
      open.pop();
    } else if (name !== undefined) {
      const children: XmlElement[] = [];
      parent?.children.push({ name, attributes: parseAttributes(attributes), children });
      if (empty === '') open.push({ name, children });
    }
  }
  const [root] = top;
  if (root === undefined || top.length > 1 || open.length > 1) throw new Error('not one element that is closed');
  return root;
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name in attributes) throw new Error(`the attribute ${name} is there twice`);
    attributes[name] = value.replace(/&(\w*);?/g, (entity, key: string) => {
      const character = entity.endsWith(';') ? ENTITIES[key] : undefined;
      if (character === undefined) throw new Error(`${entity} is no entity`);
      return character;
    });
  }
  return attributes;
}
