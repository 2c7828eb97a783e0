/** Of a change that the disk refused: what nobody has changed since. */
import { isSame, type JsonObject, type KindName, type ValueOf } from '@foldback/protocol';
import type { ReadableWorld } from './world.ts';
import type { RecordChange, Write } from './write.ts';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is there now, but for the parts that are still as the change made them: those are as before it. */
function partsBack(now: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  const back: Record<string, unknown> = { ...now };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isSame(before[name], after[name])) continue;
    const [is, was, became] = [now[name], before[name], after[name]];
    if (isObject(is) && isObject(was) && isObject(became)) back[name] = partsBack(is, was, became);
    else if (isSame(is, became)) back[name] = was;
    if (back[name] === undefined) delete back[name];
  }
  return back;
}

export function takenBack(world: ReadableWorld, changes: readonly RecordChange[]): Write[] {
  return changes.flatMap(({ kind, id, before, after, lingers, wasCleared }): Write[] => {
    const now = world.get(kind, id);
    if (after === undefined) {
      // What was only no longer kept is here still.
      if (before === undefined || now !== (lingers ? before : undefined)) return [];
      return [{ kind, id, base: before.revision, next: before.value, changedAt: before.changed_at }];
    }
    if (now === undefined) return [];
    if (before === undefined) {
      return now.revision === after.revision ? [{ kind, id, base: now.revision, next: null }] : [];
    }
    const next = partsBack(now.value as JsonObject, before.value as JsonObject, after.value as JsonObject);
    const isSo = isSame(next, now.value);
    // What was cleared and begun again is kept, also when what began it was refused: it may have been moved since.
    if (isSo && wasCleared !== true) return [];
    const isAsBefore = now.revision === after.revision;
    const changedAt = isSo ? now.changed_at : isAsBefore ? before.changed_at : undefined;
    const write = { kind, id, base: now.revision, next: next as ValueOf<KindName> };
    return [changedAt === undefined ? write : { ...write, changedAt }];
  });
}
