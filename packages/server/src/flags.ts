/** Flags as people type them: a value may begin with a dash ("--port -1"), and a switch may be given one ("--open false"). */

export interface KnownFlags {
  /** Those with a value, without the dashes before them. */
  readonly valued: ReadonlySet<string>;
  /** Those that may stand alone, where nothing but flags is expected. */
  readonly switches?: ReadonlySet<string>;
}

/** The same with each such value joined to its flag ("--port=-1"), as Node's parseArgs wants it. */
export function withJoinedValues(args: readonly string[], { valued, switches }: KnownFlags): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const next = args[at + 1];
    const flag = arg.startsWith('--') ? arg.slice(2) : '';
    const isItsValue = valued.has(flag)
      ? next !== undefined && /^-(?!-)/.test(next)
      : switches?.has(flag) && next !== undefined && !next.startsWith('--');
    joined.push(isItsValue ? `${arg}=${next}` : arg);
    if (isItsValue) at++;
  }
  return joined;
}
