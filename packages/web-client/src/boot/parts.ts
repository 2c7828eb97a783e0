/** What the first view of a phone does not need comes behind it, in a part of its own, and before anybody asks if there is time. */

let loading: Promise<boolean> | undefined;

/** Once; what did not come is asked for again the next time. @returns whether it is there */
export function loadLater(): Promise<boolean> {
  loading ??= import('./later.ts').then(
    () => true,
    () => {
      loading = undefined;
      return false;
    },
  );
  return loading;
}

const DESK_WIDTH_PX = 900;
const DESK_HEIGHT_PX = 600;

/** Strips are the default where there is room for them to stand. */
export const hasRoomForDesk = (widthPx: number, heightPx: number): boolean =>
  widthPx >= DESK_WIDTH_PX && heightPx >= DESK_HEIGHT_PX;
