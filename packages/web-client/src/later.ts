/** The elements that open at a touch (sheets, the dock, the magnifier), and those of the desk. */
import './elements/balance-sheet.ts';
import './elements/channel-dock.ts';
import './elements/channel-sheet.ts';
import './elements/choose-sheet.ts';
import './elements/desk-page.ts';
import './elements/level-magnifier.ts';
import './elements/master-strip.ts';
import './elements/me-sheet.ts';
