/** What somebody reads who came by a name that is not this mixer's (SPEC A3), in words for a musician. */
import { nameIn } from '../access/origins.ts';

/** @param urls where the page is @returns plain text, a paragraph in each language of the page */
export function wrongName(host: string, urls: readonly string[]): string {
  const name = nameIn(host);
  const here = urls.join('   ');
  const [english, spanish] =
    name === undefined ? ['that name', 'ese nombre'] : [`the name “${name}”`, `el nombre «${name}»`];
  const flag = `--allowed-host ${name ?? '<name>'}`;
  return [
    `You have reached a Foldback mixer, but it does not go by ${english}, so it does not open here.`,
    `Open it by its address instead:   ${here}`,
    `Whoever runs the mixer can let this name in: start it with   ${flag}`,
    '',
    `Has llegado a una mesa Foldback, pero no responde por ${spanish}, así que aquí no se abre.`,
    `Ábrela por su dirección:   ${here}`,
    `Quien lleva la mesa puede admitir este nombre: que la arranque con   ${flag}`,
  ].join('\n');
}
