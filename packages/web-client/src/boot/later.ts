/** The elements that open at a touch, those of the desk, and those that nobody looks for in the first moment. */
import '../elements/channel-chips.ts';
import '../elements/channel-dock.ts';
import '../elements/desk-page.ts';
import '../elements/empty-mix.ts';
import '../elements/level-magnifier.ts';
import '../elements/lock-bar.ts';
import '../elements/master-strip.ts';
import '../elements/notice-slot.ts';
import '../elements/off-channels.ts';

/** What passes is told in it. */
export { moreMeNotice, newsNotice, resetNotice } from '../words/passing-words.ts';
