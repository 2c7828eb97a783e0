/** The licence texts of what is copied into the tarball instead of being installed beside it; their authors ask for that. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Their dependencies end up in the bundle, in the page or in the addon. */
const COPIED = ['packages/protocol', 'packages/web-client', 'packages/engine-native'];
const OURS = '@foldback/';
const LICENCE_FILE = /^(licen[cs]e|copying)/i;

/** Where a library inside the addon left its licence: Debian's documentation, or vcpkg's beside its pkg-config files. */
const nativePlaces = ({ debian, vcpkg }) => [
  `/usr/share/doc/${debian}/copyright`,
  join(process.env.PKG_CONFIG_PATH ?? '', '..', '..', 'share', vcpkg, 'copyright'),
];
const NATIVE = [
  { name: 'PortAudio', debian: 'portaudio19-dev', vcpkg: 'portaudio' },
  { name: 'Opus', debian: 'libopus-dev', vcpkg: 'opus' },
  { name: 'SpeexDSP', debian: 'libspeexdsp-dev', vcpkg: 'speexdsp' },
  { name: 'Highway', debian: 'libhwy-dev', vcpkg: 'highway' },
];

const section = (name, text) => `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`;

/** Every package that the copied ones need, by name, in the order of the alphabet. */
export function copiedPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const names = new Set();
  const follow = (key) => {
    for (const name of Object.keys(packages[key]?.dependencies ?? {})) {
      if (name.startsWith(OURS) || names.has(name)) continue;
      names.add(name);
      follow(`node_modules/${name}`);
    }
  };
  COPIED.forEach(follow);
  return [...names].toSorted((a, b) => (a < b ? -1 : 1));
}

/** The text a package brings; where it brings none, the licence it names. @throws Error when it does neither */
function noticeOf(name) {
  const folder = [root, join(root, 'packages/engine-native')]
    .map((each) => join(each, 'node_modules', name))
    .find(existsSync);
  if (folder === undefined) throw new Error(`${name} is not installed`);
  const file = readdirSync(folder).find((each) => LICENCE_FILE.test(each));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const { license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (license === undefined) throw new Error(`${name} names no licence`);
  return `${license}, ${repository?.url ?? name}`;
}

export const packageNotices = (names = copiedPackages()) =>
  names.map((name) => section(name, noticeOf(name))).join('\n\n');

/** @throws Error when this machine does not have the text of a library it has linked */
export function nativeNotices() {
  const texts = NATIVE.map((library) => {
    const file = nativePlaces(library).find(existsSync);
    if (file === undefined) throw new Error(`the licence text of ${library.name} is not on this machine`);
    return section(library.name, readFileSync(file, 'utf8'));
  });
  return texts.join('\n\n');
}
