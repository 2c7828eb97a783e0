/** What channels and people are told apart by, by the names the page's palette has for them. */
export const COLOURS = [
  'coral',
  'sand',
  'olive',
  'green',
  'teal',
  'sky',
  'blue',
  'violet',
  'orchid',
  'rose',
  'brown',
  'stone',
] as const;
export type Colour = (typeof COLOURS)[number];
