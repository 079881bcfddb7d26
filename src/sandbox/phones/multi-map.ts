/** Adds a value behind those of this key. */
export function append<Value>(map: Map<string, Value[]> | undefined, at: string, value: Value): void {
  const list = map?.get(at);
  if (list) list.push(value);
  else map?.set(at, [value]);
}

/** Puts a value in the place of another one of this key. */
export function swap<Value>(map: Map<string, Value[]>, at: string, old: Value, value: Value): void {
  const list = map.get(at);
  const index = list?.indexOf(old) ?? -1;
  if (list && index >= 0) list[index] = value;
}

/** Takes a value away; a key without values is gone. */
export function drop<Value>(map: Map<string, Value[]>, at: string, value: Value): void {
  const rest = (map.get(at) ?? []).filter((other) => other !== value);
  if (rest.length === 0) map.delete(at);
  else map.set(at, rest);
}
