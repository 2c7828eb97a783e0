/** What goes wrong with an engine; in a file of its own for those who do not load the addon. */

/** Trouble with the device, or a call at the wrong time. */
export class EngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}
