/** The elements that open at a touch: sheets, the dock, the magnifier. */
import './elements/balance-sheet.ts';
import './elements/channel-dock.ts';
import './elements/channel-sheet.ts';
import './elements/choose-sheet.ts';
import './elements/level-magnifier.ts';
import './elements/me-sheet.ts';
