/** The band of the interface brief's pictures. */
import { dbToGain } from '@foldback/protocol';
import { FakeDesk } from './fake-desk.ts';

const CHANNELS: readonly (readonly [name: string, levelDb: number, pan: number])[] = [
  ['Kick', -6.5, 0],
  ['Snare', -9, 0],
  ['Hi-hat', -24, 0.3],
  ['Overheads', -18, 0],
  ['Bass', -4, 0],
  ['Leo guitar', -12, 0.45],
  ['Ana guitar', -3, -0.2],
  ['Keys', -14.5, 0],
  ['Ana vox', 2.5, 0],
  ['Leo vox', -7.5, 0.25],
  ['Mia vox', -8, -0.25],
  ['Click', -1.5, 0],
  ['Tracks', -10, 0],
  ['Ambience', -20, 0],
  ['Talkback', 0, 0],
  ['Sax', -11, 0],
  ['Tom 1', -8, 0],
  ['Tom 2', -10, 0],
  ['Floor tom', -9, 0],
  ['Snare bottom', -30, 0],
  ['Bass synth', -16, 0],
  ['Acoustic', -6, 0],
  ['Banjo', -28, 0],
  ['Organ', -12, 0],
  ['Piano', -5, 0],
  ['Trumpet', -9, 0],
  ['Trombone', -11, 0],
  ['Conga', -18, 0],
  ['Bongos', -20, 0],
  ['Shaker', -28, 0],
  ['Choir L', -10, 0],
  ['Choir R', -10, 0],
];

const SPANISH: Readonly<Record<string, string>> = {
  Kick: 'Bombo',
  Snare: 'Caja',
  'Hi-hat': 'Charles',
  Overheads: 'Aéreos',
  Bass: 'Bajo',
  'Leo guitar': 'Guitarra Leo',
  'Ana guitar': 'Guitarra Ana',
  Keys: 'Teclas',
  'Ana vox': 'Voz Ana',
  'Leo vox': 'Voz Leo',
  'Mia vox': 'Voz Mia',
  Click: 'Claqueta',
};

/** Linear input peaks that look like music. */
export const PEAKS: readonly number[] = CHANNELS.map((_channel, i) => 0.5 / (1 + ((i * 7) % 11)));

/** Ana's mix, on outputs 3-4, with her guitarist muted. */
export function sampleDesk(count: 16 | 32, spanish = false): FakeDesk {
  const channels = CHANNELS.slice(0, count);
  const desk = new FakeDesk(channels.map(([name]) => (spanish ? (SPANISH[name] ?? name) : name)));
  desk.addMix(
    'ana',
    'Ana',
    {
      channels: channels.map((_channel, i) => i),
      gains: Object.fromEntries(channels.map(([, levelDb], i) => [i, dbToGain(levelDb)])),
      pans: Object.fromEntries(channels.flatMap(([, , pan], i) => (pan === 0 ? [] : [[i, pan]]))),
      mutes: { 5: true },
      master_gain: dbToGain(-2),
    },
    { output: 1, revision: 40, saved_revision: 40 },
  );
  return desk;
}

/** Ana is her guitar and her voice. */
export function starAna(desk: FakeDesk): void {
  desk.mixes.set('ana', { ...desk.mixOf('ana'), marks: { mine: [6, 8], hidden: [] } });
}

export const ANA = { 'foldback.client_id': 'ana', 'foldback.name': 'Ana' } as const;
