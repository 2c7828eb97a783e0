/** The page without the server, where the browser allows it: only in a secure context (SPEC W5). */
const WORKER = '/service-worker.js';

export async function keepForOffline(): Promise<void> {
  if (!isSecureContext || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(WORKER);
  } catch {
    // A private window may forbid it; the page works without.
  }
}

/** Loads the page again as the server has it now, not as it was kept. */
export async function loadAgain(): Promise<void> {
  try {
    const registration = isSecureContext ? await navigator.serviceWorker.getRegistration() : undefined;
    await registration?.update();
  } catch {
    // No server, or no workers here: what there is will be loaded.
  }
  location.reload();
}
