/**
 * What the link brought by which this page was opened: the token of an invite, or an engineer code, in the fragment. Taken out of the
 * address at once, so that no history and nobody's eye keeps it (SPEC A5).
 */
export interface Invite {
  readonly token?: string;
  readonly code?: string;
}

export function takeInvite({ location, history }: Pick<Window, 'location' | 'history'>): Invite {
  const [, way, key] = /^#(join|engineer)=([\w-]+)$/.exec(location.hash) ?? [];
  if (key === undefined) return {};
  history.replaceState(history.state, '', location.pathname + location.search);
  return way === 'join' ? { token: key } : { code: key };
}
