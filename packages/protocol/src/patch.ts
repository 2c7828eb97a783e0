/**
 * What differs between two values, as a merge patch (RFC 7396): a field replaces, null takes away, what is absent stays.
 * Lists are replaced whole. A field whose value is null is one that is not there, so null may only be a default.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Null for what is not there any more. */
export type Patch = JsonObject | null;

/** From one value to another, and back. */
export interface Difference {
  readonly to: Patch;
  readonly from: Patch;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((entry, index) => isSame(entry, b[index]));

/** Whether two values of a record mean the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b || ((a === null || a === undefined) && (b === null || b === undefined))) return true;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  if (!isObject(a) || !isObject(b)) return false;
  for (const name in a) if (!isSame(a[name], b[name])) return false;
  for (const name in b) if (!(name in a) && !isSame(undefined, b[name])) return false;
  return true;
}

/** Both ways at once, since whoever keeps a history wants both. Undefined when nothing differs. */
export function differenceOf(before: JsonObject | null, after: JsonObject | null): Difference | undefined {
  if (before === null || after === null) {
    return before === after ? undefined : { to: after, from: before };
  }
  if (before === after) return undefined;
  let to: Record<string, unknown> | undefined;
  let from: Record<string, unknown> | undefined;
  for (const name in before) {
    const was = before[name];
    const is = after[name];
    if (was === is) continue;
    const inside = isObject(was) && isObject(is) ? differenceOf(was, is) : undefined;
    if (inside === undefined && isSame(was, is)) continue;
    (to ??= {})[name] = inside ? inside.to : (is ?? null);
    (from ??= {})[name] = inside ? inside.from : (was ?? null);
  }
  for (const name in after) {
    const is = after[name];
    if (name in before || is === null || is === undefined) continue;
    (to ??= {})[name] = is;
    (from ??= {})[name] = null;
  }
  return to && from && { to, from };
}

/** The value after a patch; null when it takes the whole away. What the patch does not name is the very same object. */
export function withPatch(value: JsonObject | null, patch: Patch): JsonObject | null {
  if (patch === null) return null;
  const next: Record<string, unknown> = { ...value };
  for (const [name, part] of Object.entries(patch)) {
    const was = next[name];
    if (part === null) delete next[name];
    else next[name] = isObject(part) ? withPatch(isObject(was) ? was : {}, part) : part;
  }
  return next;
}

/** One patch that does what two do, one after the other, for values whose tables are always there, empty or not. */
export function joinedPatches(first: Patch, second: Patch): Patch {
  if (first === null || second === null) return second;
  const joined: Record<string, unknown> = { ...first };
  for (const [name, part] of Object.entries(second)) {
    const was = joined[name];
    joined[name] = isObject(part) && isObject(was) ? joinedPatches(was, part) : part;
  }
  return joined;
}
