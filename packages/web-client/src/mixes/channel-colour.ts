/**
 * What a channel's name says it is: a colour for it as long as nobody has coloured it, so that drums look like drums, and the
 * group it stands in.
 */
import type { Colour } from '@foldback/protocol';

/** In the order of their chips. */
export const GROUPS = ['drums', 'voices', 'guitars', 'keys', 'bass', 'horns', 'strings'] as const;
export type ChannelGroup = (typeof GROUPS)[number];

export const GROUP_COLOURS: Readonly<Record<ChannelGroup, Colour>> = {
  drums: 'coral',
  voices: 'violet',
  guitars: 'olive',
  keys: 'sky',
  bass: 'sand',
  horns: 'orchid',
  strings: 'orchid',
};

/** First match wins: "bass drum" is a drum, "bass guitar" a bass. */
const BY_NAME: readonly (readonly [RegExp, Colour, ChannelGroup?])[] = [
  [
    /kick|bombo|snare|caja|hi-?hat|charles|\btom|overhead|\boh\b|a[eé]reos|drum|bater|ride|crash/i,
    'coral',
    'drums',
  ],
  [/conga|bongo|shaker|cajon|cajón|percus|tambo/i, 'brown', 'drums'],
  [/bass|bajo/i, 'sand', 'bass'],
  [/talk|director|\bmd\b/i, 'blue'],
  [/vox|voc|voz|voice|choir|coro|sing|lead$/i, 'violet', 'voices'],
  [/guit|banjo|acoust|acúst|\bgtr/i, 'olive', 'guitars'],
  [/key|tecla|piano|organ|órgano|synth|sinte/i, 'sky', 'keys'],
  [/click|metron|amb|room|sala/i, 'stone'],
  [/track|loop|playback|pista/i, 'teal'],
  [/sax|trump|tromb|horn|brass|viento|flaut|flute/i, 'orchid', 'horns'],
  [/violin|violín|string|cuerda|cello/i, 'orchid', 'strings'],
];

const IN_TURN: readonly Colour[] = ['green', 'rose', 'sky', 'sand', 'violet', 'teal', 'orchid', 'olive'];

const kindOf = (name: string) => BY_NAME.find(([pattern]) => pattern.test(name));

export const channelGroup = (name: string): ChannelGroup | undefined => kindOf(name)?.[2];

export function channelColour(name: string, channel: number): Colour {
  return kindOf(name)?.[1] ?? IN_TURN[channel % IN_TURN.length] ?? 'stone';
}

/** A person's colour as long as they have chosen none: the same for ever, whatever they are called. */
export function personColour(clientId: string): Colour {
  const colours: readonly Colour[] = ['rose', 'sky', 'sand', 'teal', 'coral', 'violet', 'green', 'orchid'];
  let sum = 0;
  for (const character of clientId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return colours[sum % colours.length] ?? 'rose';
}
