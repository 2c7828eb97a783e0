/**
 * `npm run licences`: the licence of everything in package-lock.json, and a failure when one is not in licences.json.
 * What is installed with the server or sent to a phone may be `shipped`; what only developers run may also be `tools`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ name: string, version: string, licence: string, shipped: boolean }} Entry */

const IN_NODE_MODULES = 'node_modules/';
const nameOf = (key) => key.slice(key.lastIndexOf(IN_NODE_MODULES) + IN_NODE_MODULES.length);

/** npm's lock leaves the licence out of packages for other platforms: they have that of the package they belong to. */
function ownerOf(packages, name) {
  return Object.entries(packages).find(([, each]) =>
    Object.hasOwn(each.optionalDependencies ?? {}, name),
  )?.[1];
}

/** What an installed package says itself, the old list of `licenses` included. */
function ownWords(readManifest, key) {
  const { license, licenses } = readManifest(key) ?? {};
  return license ?? licenses?.map(({ type }) => type).join(' OR ');
}

/**
 * @param lock the content of package-lock.json
 * @param readManifest gives the package.json of an installed package by its lock key, undefined when it is not there
 * @returns {Entry[]}
 */
export function listLicences(lock, readManifest) {
  return Object.entries(lock.packages)
    .filter(([key, { link }]) => key.includes(IN_NODE_MODULES) && !link)
    .map(([key, { version, license, dev }]) => ({
      name: nameOf(key),
      version,
      licence:
        license ??
        ownWords(readManifest, key) ??
        ownerOf(lock.packages, nameOf(key))?.license ??
        'none that we know',
      shipped: !dev,
    }));
}

/** An SPDX expression is fine when one side of each OR is, and both sides of each AND. */
export function isAllowed(expression, allowed) {
  const bare = expression.replaceAll(/[()]/g, '');
  return bare
    .split(' OR ')
    .some((side) => side.split(' AND ').every((licence) => allowed.has(licence.trim())));
}

/** @returns {Entry[]} what may not be used */
export function refused(entries, { shipped, tools }) {
  const forAll = new Set(Object.keys(shipped));
  const forTools = new Set([...forAll, ...Object.keys(tools)]);
  return entries.filter((entry) => !isAllowed(entry.licence, entry.shipped ? forAll : forTools));
}

export function readRepository() {
  const at = (path) => new URL(`../${path}`, import.meta.url);
  const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'));
  const readManifest = (key) => {
    try {
      return readJson(`${key}/package.json`);
    } catch {
      return undefined;
    }
  };
  return {
    entries: listLicences(readJson('package-lock.json'), readManifest),
    rules: readJson('tools/licences.json'),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { entries, rules } = readRepository();
  for (const { name, version, licence, shipped } of entries) {
    console.log(`${licence.padEnd(20)} ${shipped ? 'shipped' : 'tools  '} ${name} ${version}`);
  }
  for (const [name, licence] of Object.entries(rules.outsideNpm)) console.log(`${name}: ${licence}`);
  const wrong = refused(entries, rules);
  for (const { name, version, licence } of wrong) {
    console.error(`not allowed by tools/licences.json: ${name} ${version}: ${licence}`);
  }
  console.log(`${entries.length} packages, ${wrong.length} not allowed`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
