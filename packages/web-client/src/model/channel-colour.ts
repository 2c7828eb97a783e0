/** A colour for a channel nobody has coloured yet: by what its name says it is, so that drums look like drums. */

export type ChannelColour =
  | 'coral'
  | 'sand'
  | 'olive'
  | 'green'
  | 'teal'
  | 'sky'
  | 'blue'
  | 'violet'
  | 'orchid'
  | 'rose'
  | 'brown'
  | 'stone';

/** First match wins: "bass drum" is a drum, "bass guitar" a bass. */
const BY_NAME: readonly (readonly [RegExp, ChannelColour])[] = [
  [/kick|bombo|snare|caja|hi-?hat|charles|\btom|overhead|\boh\b|a[eé]reos|drum|bater|ride|crash/i, 'coral'],
  [/conga|bongo|shaker|cajon|cajón|percus|tambo/i, 'brown'],
  [/bass|bajo/i, 'sand'],
  [/talk|director|\bmd\b/i, 'blue'],
  [/vox|voc|voz|voice|choir|coro|sing|lead$/i, 'violet'],
  [/guit|banjo|acoust|acúst|\bgtr/i, 'olive'],
  [/key|tecla|piano|organ|órgano|synth|sinte/i, 'sky'],
  [/click|metron|amb|room|sala/i, 'stone'],
  [/track|loop|playback|pista/i, 'teal'],
  [/sax|trump|tromb|horn|brass|viento|flaut|flute|violin|violín|string|cello/i, 'orchid'],
];

const IN_TURN: readonly ChannelColour[] = [
  'green',
  'rose',
  'sky',
  'sand',
  'violet',
  'teal',
  'orchid',
  'olive',
];

export function channelColour(name: string, channel: number): ChannelColour {
  const named = BY_NAME.find(([pattern]) => pattern.test(name));
  return named?.[1] ?? IN_TURN[channel % IN_TURN.length] ?? 'stone';
}

/** A person's colour: always the same for the same name. */
export function personColour(name: string): ChannelColour {
  const colours: readonly ChannelColour[] = [
    'rose',
    'sky',
    'sand',
    'teal',
    'coral',
    'violet',
    'green',
    'orchid',
  ];
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return colours[sum % colours.length] ?? 'rose';
}
