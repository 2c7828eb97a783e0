/** Whether the server answers at all: by a request that no service worker and no cache answers for it. */

/** Several may be on their way at once; a network that is slow is given this long. */
const LOOK_MS = 2_000;

export function look(found: () => void): void {
  const signal = AbortSignal.timeout(LOOK_MS);
  fetch('/manifest.webmanifest', { method: 'HEAD', cache: 'no-store', signal }).then(found, () => {
    // Not there: it is looked for again.
  });
}
