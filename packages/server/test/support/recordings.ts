/** Recordings of a server that never records. */
import type { RecordingState } from '@foldback/protocol';

const NONE: RecordingState = { on: false, folder: null, seconds: 0, missing_seconds: 0, trouble: null };

export const NO_RECORDINGS = { set: async () => NONE, state: async () => NONE };
