/** What the first view of a phone does not need comes behind it, in parts of their own, and before anybody asks if there is time. */
import type { SheetName } from '../app/open-sheet.ts';
import { everyLanguage } from '../words/words.ts';

type Load<Part> = () => Promise<Part | undefined>;

/** Once; what did not come is asked for again the next time. @returns what asks for it, and undefined for what is not there */
function part<Part>(load: () => Promise<Part>): Load<Part> {
  let loading: Promise<Part | undefined> | undefined;
  return () => {
    loading ??= load().catch(() => {
      loading = undefined;
      return undefined;
    });
    return loading;
  };
}

/** The dock, the magnifier and the desk. */
export const loadLater = part(() => import('./later.ts'));

const loadRows = part(() => import('../app/sheet-rows.ts'));
const sheets = new Map<SheetName, Load<unknown>>();

/** What is known of all sheets. */
export const loadSheets = async () => (await loadRows())?.sheetRows;

/** The element of one of them. @returns whether it is there */
export async function loadSheet(name: SheetName): Promise<boolean> {
  const rows = await loadSheets();
  if (rows === undefined) return false;
  let load = sheets.get(name);
  if (load === undefined) sheets.set(name, (load = part(rows[name].load)));
  return (await load()) !== undefined;
}

/** Everything is there, or on its way. */
let isComplete = false;

/** Whatever may be asked for when the server is away. What did not come is asked for again the next time. */
export async function loadEverything(): Promise<void> {
  if (isComplete) return;
  isComplete = true;
  const later = await loadLater();
  const names = Object.keys((await loadSheets()) ?? {}) as SheetName[];
  const came = await Promise.all([later !== undefined, ...names.map(loadSheet), everyLanguage()]);
  isComplete = names.length > 0 && came.every(Boolean);
}

const DESK_WIDTH_PX = 900;
const DESK_HEIGHT_PX = 600;

/** Strips are the default where there is room for them to stand. */
export const hasRoomForDesk = (widthPx: number, heightPx: number): boolean =>
  widthPx >= DESK_WIDTH_PX && heightPx >= DESK_HEIGHT_PX;
