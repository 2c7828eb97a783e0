/** One musician as the desk holds them. What the store keeps is the same record: nothing is translated on the way. */
export type { SavedClient as Client } from '../store/state-store.ts';
