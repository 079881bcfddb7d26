/**
 * The one element on a line, as mod_sofia writes its XML: `        <user>1000@example.com</user>`, no attributes, nothing nested.
 * Undefined if the line is something else. Values are as they stand: FreeSWITCH escapes few of them, so a value may hold
 * anything, also what looks like markup; only the line end bounds it.
 */
export function lineElement(line: string): readonly [name: string, value: string] | undefined {
  const open = line.indexOf('<');
  const close = line.indexOf('>', open);
  if (open < 0 || close < 0 || line.slice(0, open).trim() !== '') return undefined;
  const name = line.slice(open + 1, close);
  const end = line.length - name.length - 3;
  if (end <= close || !line.endsWith(`</${name}>`)) return undefined;
  return [name, line.slice(close + 1, end)];
}

/** The name of the element that begins on this line and does not end there. */
export function openElement(line: string): string | undefined {
  return /^ *<([a-z-]+)>/.exec(line)?.[1];
}

const ENTITY = /&(?:amp|lt|gt|quot|apos);/g;
const CHARACTER: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Undoes `switch_amp_encode` (switch_utils.c), which mod_sofia uses for contact and agent only. */
export function ampDecode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (entity) => CHARACTER[entity] ?? entity);
}
