/** `switch_strip_whitespace` (switch_utils.c): without the blanks around. */
export function stripBlanks(text: string): string {
  return text.replace(/^[\r\n\t \v]+|[\r\n\t \v]+$/g, '');
}

/** A line split at its first blank: the command, and the rest if there is a blank. */
export function splitCommand(line: string): { command: string; argument: string | undefined } {
  const blank = line.indexOf(' ');
  return blank < 0
    ? { command: line, argument: undefined }
    : { command: line.slice(0, blank), argument: line.slice(blank + 1) };
}

const ENTITIES: Record<string, string> = { '"': '&quot;', "'": '&apos;', '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** `switch_amp_encode` (switch_utils.c) */
export function ampEncode(text: string): string {
  return text.replace(/["'&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** `text like '%part%'` in SQLite: without regard to case, `%` and `_` stand for any text and any character. */
export function isLike(text: string, part: string): boolean {
  const pattern = part
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '.*')
    .replace(/_/g, '.');
  return new RegExp(pattern, 'is').test(text);
}

/** A number with its unit, in the plural unless it is one. */
export function counted(count: number, unit: string, plural = `${unit}s`): string {
  return `${count} ${count === 1 ? unit : plural}`;
}
