/** The few pictures on keys: strokes in the colour of the text, hidden from screen readers. */
import { svg, type SVGTemplateResult } from 'lit';

const icon = (paths: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;

export const checkIcon = icon(svg`<path d="M5 13l4.5 4.5L19 7.5" />`);
export const closeIcon = icon(svg`<path d="M6 6l12 12M18 6L6 18" />`);
export const speakerOffIcon = icon(
  svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5" />`,
);
export const bringBackIcon = icon(svg`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4.5 9M4.5 4.5V9H9" />`);
export const noWifiIcon = icon(
  svg`<path d="M4 4l16 16M8.5 15.5a5 5 0 0 1 5-1.3M5 12a10 10 0 0 1 4-2.4M13 9a10 10 0 0 1 6 3M2 8.5a15 15 0 0 1 4-2.5M11 5a15 15 0 0 1 11 3.5M12 19h.01" />`,
);
export const diskIcon = icon(
  svg`<ellipse cx="12" cy="6" rx="7" ry="2.5" /><path d="M5 6v12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5V6M5 12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5" />`,
);
export const plugIcon = icon(svg`<path d="M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4" />`);
export const warningIcon = icon(svg`<path d="M12 4L3 20h18zM12 10v4M12 17h.01" />`);
export const slidersIcon = icon(
  svg`<path d="M3 8h9M18 8h3M3 16h3M12 16h9" /><circle cx="15" cy="8" r="3" /><circle cx="9" cy="16" r="3" />`,
);
export const headphonesIcon = icon(
  svg`<path d="M4 16v-4a8 8 0 0 1 16 0v4" /><rect x="3" y="14" width="4" height="6" rx="1.5" /><rect x="17" y="14" width="4" height="6" rx="1.5" />`,
);
const STAR = 'M12 3.2l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1-4.5-4.2 6.1-.8z';
export const starIcon = icon(svg`<path d=${STAR} fill="currentColor" />`);
export const starOutlineIcon = icon(svg`<path d=${STAR} />`);
export const eyeOffIcon = icon(
  svg`<path d="M4 4l16 16M10 6.2A9.5 9.5 0 0 1 12 6c5 0 8 4 9 6-.4.8-1.2 2-2.4 3.2M6.5 7.5C4.7 8.8 3.6 10.7 3 12c1 2 4 6 9 6 1.5 0 2.8-.3 4-.9M10 10.2a2.5 2.5 0 0 0 3.6 3.6" />`,
);
export const searchIcon = icon(svg`<circle cx="10.5" cy="10.5" r="6" /><path d="M15 15l5.5 5.5" />`);
export const moreMeIcon = icon(
  svg`<circle cx="9.5" cy="8" r="4" /><path d="M2.5 20c0-4 3-6.5 7-6.5s7 2.5 7 6.5M18 6v6M15 9h6" />`,
);
export const minusIcon = icon(svg`<path d="M5 12h14" />`);
export const plusIcon = icon(svg`<path d="M5 12h14M12 5v14" />`);
export const undoIcon = icon(svg`<path d="M4 9h10.5a5.5 5.5 0 0 1 0 11H9M8 4.5L3.5 9 8 13.5" />`);
export const moreIcon = icon(svg`<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3" />`);
export const eraseIcon = icon(svg`<path d="M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5" />`);
export const handIcon = icon(
  svg`<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5V4a1.5 1.5 0 0 1 3 0v7M14 11V5.5a1.5 1.5 0 0 1 3 0V14a7 7 0 0 1-7 7c-3 0-4.5-1.5-6-4l-1.5-3a1.5 1.5 0 0 1 2.6-1.5L8 15" />`,
);
export const lockIcon = icon(
  svg`<rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 0 1 8 0v3M12 15v1.5" />`,
);
export const textIcon = icon(svg`<path d="M3 19L8.5 5 14 19M5 14.5h7M15.5 19l3-8 3 8M16.5 16.5h4" />`);
export const languageIcon = icon(
  svg`<path d="M4 6h9M8.5 4v2M11 6c-.8 3.5-3 6-6.5 7.5M6 8.5c1.2 2.3 3 4 5.5 5M12 20l4-9.5L20 20M13.5 17h5" />`,
);
export const screenIcon = icon(svg`<rect x="7" y="3" width="10" height="18" rx="2" /><path d="M11 18h2" />`);
