/** The elements that open at a touch, and those of the desk. */
import '../elements/channel-dock.ts';
import '../elements/desk-page.ts';
import '../elements/level-magnifier.ts';
import '../elements/master-strip.ts';
