/** Pictures that the first view does not need: those of sheets, of the dock, of the desk. */
import { svg } from 'lit';
import { icon, STAR } from './icons.ts';

export const slidersIcon = icon(
  svg`<path d="M3 8h9M18 8h3M3 16h3M12 16h9" /><circle cx="15" cy="8" r="3" /><circle cx="9" cy="16" r="3" />`,
);
export const headphonesIcon = icon(
  svg`<path d="M4 16v-4a8 8 0 0 1 16 0v4" /><rect x="3" y="14" width="4" height="6" rx="1.5" /><rect x="17" y="14" width="4" height="6" rx="1.5" />`,
);
export const starOutlineIcon = icon(svg`<path d=${STAR} />`);
export const eyeOffIcon = icon(
  svg`<path d="M4 4l16 16M10 6.2A9.5 9.5 0 0 1 12 6c5 0 8 4 9 6-.4.8-1.2 2-2.4 3.2M6.5 7.5C4.7 8.8 3.6 10.7 3 12c1 2 4 6 9 6 1.5 0 2.8-.3 4-.9M10 10.2a2.5 2.5 0 0 0 3.6 3.6" />`,
);
export const eraseIcon = icon(svg`<path d="M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5" />`);
export const lockIcon = icon(
  svg`<rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 0 1 8 0v3M12 15v1.5" />`,
);
export const textIcon = icon(svg`<path d="M3 19L8.5 5 14 19M5 14.5h7M15.5 19l3-8 3 8M16.5 16.5h4" />`);
export const languageIcon = icon(
  svg`<path d="M4 6h9M8.5 4v2M11 6c-.8 3.5-3 6-6.5 7.5M6 8.5c1.2 2.3 3 4 5.5 5M12 20l4-9.5L20 20M13.5 17h5" />`,
);
export const screenIcon = icon(svg`<rect x="7" y="3" width="10" height="18" rx="2" /><path d="M11 18h2" />`);
