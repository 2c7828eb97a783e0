/** What travels on the native door beside events: commands and their answers, and why a message was refused. */
import type * as v from 'valibot';
import type { commands, CommandType } from './commands.ts';

export interface CommandMessage<T extends CommandType = CommandType> {
  readonly id: number;
  readonly type: T;
  /** One name from the first touch to the release, for whoever has one; up to GESTURE_MAX characters. */
  readonly gesture?: string;
  readonly body: v.InferInput<(typeof commands)[T]['body']>;
}
export type AnswerMessage =
  { readonly re: number; readonly ok: unknown } | { readonly re: number | null; readonly error: ErrorBody };

/** Why a message was refused. */
export type ErrorCode =
  | 'bad_message' /* not JSON, not text, not the message form */
  | 'too_large'
  | 'unknown_command'
  | 'invalid' /* a field is missing, of the wrong type, or out of range */
  | 'not_permitted'
  | 'not_ready' /* hello comes first */
  | 'unknown_client'
  | 'unknown_channel'
  | 'unknown_output'
  | 'output_taken'
  | 'interface_unavailable' /* it is not offered, or does not open */
  | 'rate_limited' /* too many messages; the connection is then closed */
  | 'not_taken' /* too many questions wait until the phone has taken the long answers before them; ask again */
  | 'not_recorded' /* no file can be made for it, or no library for WAV files is there */
  | 'not_saved' /* a kept change that the disk refused */
  | 'internal';

/** What a refusal was about, for whoever says it in words of their own. */
export interface RefusalFacts {
  /** What was asked for: a number, a name, or why it could not be done in the words of who could not. */
  readonly value?: number | string;
  /** The most (of `invalid`: or the least) there may be, or how many there are. */
  readonly limit?: number;
  /** The musician who has it. */
  readonly holder?: string;
}

export interface ErrorBody extends RefusalFacts {
  readonly code: ErrorCode;
  /** The field at fault, as a path ("gains.3"); empty when the message as a whole is. */
  readonly field: string;
  readonly message: string;
}
