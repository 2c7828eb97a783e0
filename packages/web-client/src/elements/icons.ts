/** The few pictures on keys: strokes in the colour of the text, hidden from screen readers. */
import { svg, type SVGTemplateResult } from 'lit';

export const icon = (paths: SVGTemplateResult): SVGTemplateResult =>
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
export const STAR = 'M12 3.2l2.7 5.6 6.1.8-4.5 4.2 1.1 6.1L12 17l-5.4 2.9 1.1-6.1-4.5-4.2 6.1-.8z';
export const starIcon = icon(svg`<path d=${STAR} fill="currentColor" />`);
export const searchIcon = icon(svg`<circle cx="10.5" cy="10.5" r="6" /><path d="M15 15l5.5 5.5" />`);
export const moreMeIcon = icon(
  svg`<circle cx="9.5" cy="8" r="4" /><path d="M2.5 20c0-4 3-6.5 7-6.5s7 2.5 7 6.5M18 6v6M15 9h6" />`,
);
export const minusIcon = icon(svg`<path d="M5 12h14" />`);
export const plusIcon = icon(svg`<path d="M5 12h14M12 5v14" />`);
export const undoIcon = icon(svg`<path d="M4 9h10.5a5.5 5.5 0 0 1 0 11H9M8 4.5L3.5 9 8 13.5" />`);
export const handIcon = icon(
  svg`<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5V4a1.5 1.5 0 0 1 3 0v7M14 11V5.5a1.5 1.5 0 0 1 3 0V14a7 7 0 0 1-7 7c-3 0-4.5-1.5-6-4l-1.5-3a1.5 1.5 0 0 1 2.6-1.5L8 15" />`,
);
export const moreIcon = icon(svg`<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3" />`);
