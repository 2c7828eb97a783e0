/** The elements that open at a touch (sheets, the dock, the magnifier), and those of the desk. */
import '../sheets/balance-sheet.ts';
import '../elements/channel-dock.ts';
import '../sheets/channel-sheet.ts';
import '../sheets/choose-sheet.ts';
import '../elements/desk-page.ts';
import '../elements/level-magnifier.ts';
import '../elements/master-strip.ts';
import '../sheets/me-sheet.ts';
