/** What kind of phone it is, in a word an engineer knows it by: from what its browser says of itself. */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android.*Mobile/, 'Android phone'],
  [/Android/, 'Android tablet'],
  [/CrOS/, 'Chromebook'],
  [/Macintosh|Mac OS X/, 'Mac'],
  [/Windows/, 'Windows computer'],
  [/Linux|X11/, 'Linux computer'],
];

/** @param userAgent as the header has it; empty for programs. @returns empty when nothing is known */
export const phoneNameOf = (userAgent: string): string =>
  KINDS.find(([sign]) => sign.test(userAgent))?.[1] ?? '';
