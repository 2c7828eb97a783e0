/** What a row of the table of requests is: a command, and what answers it. */
import type { CommandAnswer, CommandBody, CommandType } from '@foldback/protocol';
import type { EverybodyCommand } from '../../access/permissions.ts';
import type { LongAnswer } from '../long-answers.ts';
import type { Identity, Phone } from '../phone.ts';

/** A phone that has said who it is, and the command it sent. */
export interface Asked<T extends CommandType> {
  readonly phone: Phone;
  readonly who: Identity;
  /** The client the command is about, as it was allowed; undefined for everybody. */
  readonly target: T extends EverybodyCommand ? string | undefined : string;
  readonly body: CommandBody<T>;
  /** The gesture it belongs to, as the hand named it. */
  readonly gesture: string | undefined;
}

export type Answered<T extends CommandType> = CommandAnswer<T> | Promise<CommandAnswer<T>> | LongAnswer;

/** Rows about one subject. All subjects together make the table, so that a command without a row does not compile (SPEC C1). */
export type RowsFor<T extends CommandType> = {
  readonly [Type in T]: (asked: Asked<Type>) => Answered<Type>;
};
