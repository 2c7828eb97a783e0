import type { ErrorBody, ErrorCode } from '@foldback/protocol';
import { refusalNotice } from './refusal-words.ts';
import { speak, words } from './words.ts';

const refusal = (code: ErrorCode, field: string, facts: Partial<ErrorBody> = {}): ErrorBody => ({
  code,
  field,
  message: 'as the computer says it',
  ...facts,
});

const EACH: readonly (readonly [error: ErrorBody, en: string, es: string])[] = [
  [
    refusal('invalid', 'gain', { value: 20, limit: 10 }),
    'Not changed: a level cannot be +26.0 dB. The limit is +20.0 dB.',
    'Sin cambios: un nivel no puede ser +26,0 dB. El límite es +20,0 dB.',
  ],
  [
    refusal('invalid', 'gains.3', { value: 20, limit: 10 }),
    'Not changed: a level cannot be +26.0 dB. The limit is +20.0 dB.',
    'Sin cambios: un nivel no puede ser +26,0 dB. El límite es +20,0 dB.',
  ],
  [
    refusal('invalid', 'master_gain', { value: 10, limit: 5 }),
    'Not changed: the master cannot be +20.0 dB. The limit is +14.0 dB.',
    'Sin cambios: el máster no puede ser +20,0 dB. El límite es +14,0 dB.',
  ],
  [
    refusal('invalid', 'custom_name', { value: 'Aaa', limit: 2 }),
    'Not changed: a name cannot be Aaa. The limit is 2.',
    'Sin cambios: un nombre no puede ser Aaa. El límite es 2.',
  ],
  [
    refusal('invalid', 'token'),
    'Not changed: the computer did not accept it.',
    'Sin cambios: el ordenador no lo aceptó.',
  ],
  [
    refusal('too_large', '', { value: 70_000, limit: 65_536 }),
    'Not changed: too much at once. 70000 bytes, where 65536 is the most.',
    'Sin cambios: demasiado de una vez. 70000 bytes, y 65536 es lo máximo.',
  ],
  [
    refusal('unknown_channel', 'channel', { value: 8, limit: 8 }),
    'Not changed: there is no channel 9. The sound interface has 8 channels.',
    'Sin cambios: no existe el canal 9. La tarjeta de sonido tiene 8 canales.',
  ],
  [
    refusal('unknown_output', 'output', { value: 4, limit: 4 }),
    'Not changed: there is no Out 9–10. The sound interface has 4 pairs of outputs.',
    'Sin cambios: no existe Sal. 9–10. La tarjeta de sonido tiene 4 pares de salidas.',
  ],
  [
    refusal('output_taken', 'output', { value: 0, holder: 'Leo' }),
    'Not changed: Out 1–2 plays the mix of Leo.',
    'Sin cambios: por Sal. 1–2 suena la mezcla de Leo.',
  ],
  [
    refusal('not_permitted', 'output', { limit: 4 }),
    'Not changed: no more outputs for these phones. They have 4, the most for one address.',
    'Sin cambios: no hay más salidas para estos móviles. Tienen 4, el máximo por dirección.',
  ],
  [refusal('not_permitted', 'type'), 'You can look, not change.', 'Puedes mirar, no cambiar.'],
  [
    refusal('not_saved', '', { value: 'disk full' }),
    'Not changed: the computer could not save it. disk full',
    'Sin cambios: el ordenador no pudo guardarlo. disk full',
  ],
  [
    refusal('not_taken', '', { limit: 64 }),
    'Not now: this phone has answers to take first. At most 64 questions may wait.',
    'Ahora no: aún llegan respuestas. Como mucho pueden esperar 64.',
  ],
  [
    refusal('rate_limited', '', { limit: 1_000 }),
    'This phone asked for too much at once. At most 1000 messages a second.',
    'Este móvil pidió demasiado de una vez. Como mucho 1000 mensajes por segundo.',
  ],
];

describe.each(['en', 'es'] as const)('in %s', (language) => {
  beforeAll(() => speak(language));

  test.each(EACH)('%j is said with the value and the limit', (error, en, es) => {
    const { title, detail } = refusalNotice(error);
    expect([title, detail].filter((part) => part !== undefined).join(' ')).toBe(language === 'en' ? en : es);
  });

  test('every code has words of its own', () => {
    const codes = Object.keys(words.refusals) as ErrorCode[];
    const titles = codes.map((code) => refusalNotice(refusal(code, '')).title);
    expect(new Set(titles).size).toBe(codes.length);
  });
});
