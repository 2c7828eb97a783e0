import { words as en, type Words } from '../words/en.ts';
import { words as es } from '../words/es.ts';
import { chooseLanguage, speak } from '../words/words.ts';
import { formatLevel, speakLevel } from './decibels.ts';
import { hyphenated } from '../words/hyphenated.ts';
import { initialOf } from '../words/initial.ts';
import { typedLevel } from './typed-level.ts';
import { formatPan, speakPan } from './pan.ts';

beforeEach(() => speak('en'));

test.each([
  [-6.5, '−6.5'],
  [0, '0.0'],
  [-0.04, '0.0'],
  [2.45, '+2.5'],
  [14, '+14.0'],
  [-Infinity, '−∞'],
])('%d dB reads %s', (levelDb, text) => {
  expect(formatLevel(levelDb)).toBe(text);
});

test('Spanish has a decimal comma', async () => {
  await speak('es');
  expect(formatLevel(-6.5)).toBe('−6,5');
  expect(speakLevel(-Infinity)).toBe('apagado');
  expect(speakPan(-0.2)).toBe('izquierda 20');
});

test('spoken levels carry their unit', () => {
  expect(speakLevel(-6)).toBe('−6.0 dB');
  expect(speakLevel(-Infinity)).toBe('off');
});

test.each([
  [-0.2, 'L20', 'left 20'],
  [0.3, 'R30', 'right 30'],
  [0.004, 'C', 'centre'],
  [-1, 'L100', 'left 100'],
])('pan %d reads %s and is spoken %s', (pan, text, spoken) => {
  expect(formatPan(pan, 'C')).toBe(text);
  expect(speakPan(pan)).toBe(spoken);
});

test.each([
  ['-6,5', -6.5],
  ['−6.5', -6.5],
  ['–6.5 dB', -6.5],
  ['+2', 2],
  ['.5', 0.5],
  ['-0', 0],
  ['0', 0],
  ['-6.27', -6.3],
  ['−∞', -Infinity],
  ['-inf', -Infinity],
  ['10', 10],
  ['10.1', undefined],
  ['-90.1', undefined],
  ['', undefined],
  ['-', undefined],
  ['6..5', undefined],
  ['1e1', undefined],
  ['kick', undefined],
])('"%s" typed is %p dB', (text, levelDb) => {
  expect(typedLevel(text)).toBe(levelDb);
});

test.each([
  ['ana', 'A'],
  ['Ángel', 'Á'],
  ['👩‍🎤 Kim', '👩‍🎤'],
  ['', ''],
])('the initial of "%s" is "%s"', (name, initial) => {
  expect(initialOf(name)).toBe(initial);
});

test.each([
  ['es', ['en-GB'], 'es'],
  [undefined, ['fr-FR', 'es-MX', 'en'], 'es'],
  [undefined, ['EN-us'], 'en'],
  [undefined, ['ja'], 'en'],
  ['xx', ['es'], 'es'],
] as const)('stored %s, phone %j: %s', (stored, preferred, language) => {
  expect(chooseLanguage(stored, preferred)).toBe(language);
});

test.each([
  ['Overheads', 'Over-heads'],
  ['Ambience', 'Am-bience'],
  ['Snare bottom', 'Snare bot-tom'],
  ['Trombone', 'Trom-bone'],
  ['Saxophone', 'Sa-xo-phone'],
  ['Guitarra Ana', 'Gui-tarra Ana'],
  ['BATERÍA', 'BA-TE-RÍA'],
  ['Tracks', 'Tracks'],
  ['Oboe', 'Oboe'],
  ['Tom 2', 'Tom 2'],
  ['Hi-hat', 'Hi-hat'],
])('%s may be broken so: %s', (name, broken) => {
  expect(hyphenated(name).replaceAll('\u00AD', '-')).toBe(broken);
});

test.each([
  [
    'one channel',
    'un canal',
    '2 channels',
    '2 canales',
    (words: Words, count: number) => words.partChannels(count),
  ],
  [
    'one change',
    'un cambio',
    '2 changes',
    '2 cambios',
    (words: Words, count: number) => words.changes(count),
  ],
  [
    '1 hidden',
    '1 oculto',
    '2 hidden',
    '2 ocultos',
    (words: Words, count: number) => words.hiddenShort(count),
  ],
  [
    'Sam changed one channel',
    'Sam cambió un canal',
    'Sam changed 2 channels',
    'Sam cambió 2 canales',
    (words: Words, count: number) => words.othersChanged('Sam', count),
  ],
  [
    'Back. One channel changed meanwhile.',
    'De vuelta. Cambió un canal.',
    'Back. 2 channels changed meanwhile.',
    'De vuelta. Cambiaron 2 canales.',
    (words: Words, count: number) => words.backChanged(count),
  ],
])('%s is %s, and %s are %s', (one, uno, two, dos, say) => {
  expect([say(en, 1), say(es, 1), say(en, 2), say(es, 2)]).toEqual([one, uno, two, dos]);
});
