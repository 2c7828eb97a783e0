/** A Dockerfile as a list of instructions, and the rules of hadolint that matter for ours. */

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

const KNOWN = new Set(
  'FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL'.split(
    ' ',
  ),
);

/** @throws Error at a line that is no instruction */
export function parseDockerfile(source: string): Instruction[] {
  const lines = source.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const joined = lines.join('\n').replaceAll(/\\\n/g, ' ');
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', text = ''] = /^([A-Za-z]+)\s+(.+)$/.exec(line.trim()) ?? [];
      if (!KNOWN.has(name)) throw new Error(`not an instruction: ${line}`);
      return { name, text: text.replaceAll(/\s+/g, ' ') };
    });
}

/** An instruction that must be a JSON list, so that signals reach the program and not a shell. */
export function execForm(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text.slice(text.indexOf('[')));
    return Array.isArray(list) && list.every((part) => typeof part === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** @returns what is wrong, empty when nothing is */
export function lintDockerfile(instructions: readonly Instruction[]): string[] {
  const faults: string[] = [];
  const stages = instructions.flatMap(({ name, text }) => (name === 'FROM' ? [text] : []));
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  if (instructions[0]?.name !== 'FROM') faults.push('the first instruction is not FROM');
  for (const stage of stages) {
    const [image = ''] = stage.split(' ');
    if (!/:[^:]+$/.test(image) || image.endsWith(':latest')) faults.push(`DL3006: ${image} has no version`);
  }
  const names = new Set(stages.map((stage) => / AS (\S+)$/i.exec(stage)?.[1]));
  for (const { name, text } of instructions) {
    if (name === 'ADD') faults.push('DL3020: ADD where COPY does');
    const from = /--from=(\S+)/.exec(text)?.[1];
    if (name === 'COPY' && from !== undefined && !names.has(from)) faults.push(`DL3022: no stage "${from}"`);
    if (name === 'RUN' && /\bsudo\b/.test(text)) faults.push('DL3004: sudo');
    if (name === 'RUN' && text.includes('apt-get install')) {
      if (!text.includes('--no-install-recommends'))
        faults.push('DL3015: recommended packages are installed');
      if (!text.includes('rm -rf /var/lib/apt/lists/*')) faults.push('DL3009: package lists are left');
      if (!/apt-get install .*-y\b/.test(text)) faults.push('DL3014: apt-get would ask');
      if (!text.includes('apt-get update'))
        faults.push('the package lists are not fetched in the same layer');
    }
    if (['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(name) && execForm(text) === undefined)
      faults.push(`DL3025: ${name} is no JSON list`);
  }
  const user = last.findLast(({ name }) => name === 'USER')?.text;
  if (user === undefined || user === 'root' || user === '0') faults.push('DL3002: it runs as root');
  if (!last.some(({ name }) => name === 'ENTRYPOINT')) faults.push('nothing is started');
  return faults;
}
