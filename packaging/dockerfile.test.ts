/** The Dockerfile, read instruction by instruction: no Docker engine is needed, and none has built it here. */
import { readFileSync } from 'node:fs';
import { execForm, lintDockerfile, parseDockerfile } from './dockerfile.ts';

const source = readFileSync(new URL('Dockerfile', import.meta.url), 'utf8');
const instructions = parseDockerfile(source);
const textsOf = (wanted: string) => instructions.flatMap(({ name, text }) => (name === wanted ? [text] : []));

test('it has no fault that the rules know', () => {
  expect(lintDockerfile(instructions)).toEqual([]);
});

test.each([
  ['a base without a version', 'debian:bookworm-slim', 'debian', 'DL3006'],
  ['the newest of a base', 'debian:bookworm-slim', 'debian:latest', 'DL3006'],
  ['a program that runs as root', 'USER foldback', 'USER root', 'DL3002'],
  ['a shell between Docker and the server', /^ENTRYPOINT .*$/m, 'ENTRYPOINT foldback', 'DL3025'],
  ['a copy from a stage that is not there', '--from=install', '--from=builder', 'DL3022'],
  ['package lists that stay', '&& rm -rf /var/lib/apt/lists/*', '&& true', 'DL3009'],
  ['ADD for COPY', 'COPY foldback', 'ADD foldback', 'DL3020'],
])('the rules find %s', (_what, from, to, fault) => {
  const faults = lintDockerfile(parseDockerfile(source.replace(from, to)));
  expect(faults.some((each) => each.startsWith(fault))).toBe(true);
});

test('a line that is no instruction is refused', () => {
  expect(() => parseDockerfile('FROM debian:12\nRAN true')).toThrow('not an instruction: RAN true');
});

test('it starts the server of the tarball on its own runtime, and keeps the state in a volume', () => {
  const [entry = ''] = textsOf('ENTRYPOINT');
  const [program, ...args] = execForm(entry) ?? [];
  expect(program).toBe('/opt/foldback/node_modules/node/bin/node');
  expect(args).toContain('/opt/foldback/node_modules/@foldback/server/bin/foldback.mjs');
  expect(args.slice(-2)).toEqual(['--config', ...textsOf('VOLUME')]);
});

test('its port is the one of the settings', () => {
  const config = readFileSync(new URL('../packages/server/src/config.ts', import.meta.url), 'utf8');
  expect(textsOf('EXPOSE')).toEqual([/^ {2}port: (\d+),$/m.exec(config)?.[1]]);
});
