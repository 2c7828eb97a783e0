/** What the first view does not need comes behind it, in parts of its own, and before anybody asks if there is time. */

/** @returns a function that loads a part, once; it tells whether it is there, and tries again when it was not */
function part(load: () => Promise<unknown>): () => Promise<boolean> {
  let loading: Promise<boolean> | undefined;
  return () =>
    (loading ??= load().then(
      () => true,
      () => {
        loading = undefined;
        return false;
      },
    ));
}

/** Strips, where there is room for them to stand. */
export const loadDesk = part(() => import('./desk.ts'));
/** What opens at a touch. */
export const loadLater = part(() => import('./later.ts'));

const DESK_WIDTH_PX = 900;
const DESK_HEIGHT_PX = 600;

export const hasRoomForDesk = (widthPx: number, heightPx: number): boolean =>
  widthPx >= DESK_WIDTH_PX && heightPx >= DESK_HEIGHT_PX;
