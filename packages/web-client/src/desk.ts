/** The elements of the desk; rows on a phone do without. */
import './elements/desk-page.ts';
import './elements/master-strip.ts';
