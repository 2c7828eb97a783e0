/** What the server and the page agree on. The page imports units, mix, meters and types; validators stay on the server. */
export * from './colours.ts';
export * from './commands.ts';
export * from './decode.ts';
export * from './events.ts';
export * from './goodbye.ts';
export * from './meters.ts';
export * from './mix.ts';
export * from './mix-changes.ts';
export * from './notice-ends.ts';
export * from './patch.ts';
export * from './record-keys.ts';
export * from './records.ts';
export * from './shown-text.ts';
export * from './units.ts';
export * from './version.ts';
