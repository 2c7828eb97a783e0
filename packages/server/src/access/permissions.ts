/** Who may do what: the one check both doors pass every command through (SPEC A1). */
import {
  commands,
  Refusal,
  type CheckedCommand,
  type CommandType,
  type Permission,
  type Role,
} from '@foldback/protocol';

export interface Who {
  readonly clientId: string;
  readonly role: Role;
}

/** Whether a musician lets the others look at their mix. */
export type IsShared = (clientId: string) => boolean;

/** Commands that mean everybody's mix when they name none; all others mean the sender's own. */
export type EverybodyCommand = 'clear_saved_channels_state' | 'get_saved_channels_state';
const MEANS_EVERYBODY: ReadonlySet<CommandType> = new Set<EverybodyCommand>([
  'clear_saved_channels_state',
  'get_saved_channels_state',
]);

/** The client a command is about; undefined means all of them. */
function targetOf(command: CheckedCommand, own: string): string | undefined {
  const { body } = command;
  if ('target_client_id' in body && body.target_client_id !== undefined) return body.target_client_id;
  if ('client_id' in body && body.client_id !== undefined) return body.client_id;
  return MEANS_EVERYBODY.has(command.type) ? undefined : own;
}

function isAllowed(by: Permission, { role, clientId }: Who, target: string | undefined, isShared: IsShared) {
  if (by === 'anyone' || role === 'engineer') return true;
  if (role === 'guest' || by === 'engineer') return false;
  if (by === 'let_in') return true;
  const isOwn = role === 'musician' && target === clientId;
  if (by === 'owner' || isOwn) return isOwn;
  // Of everybody's mixes each gets what they may read.
  return role === 'viewer' || target === undefined || isShared(target);
}

const whoseMix = (target: string | undefined, own: string): string =>
  target === undefined ? 'every mix' : target === own ? 'this mix' : "somebody else's mix";

/**
 * @returns the client the command may be done to; undefined for all of them
 * @throws Refusal not_permitted
 */
export function authorize(command: CheckedCommand, who: Who, isShared: IsShared): string | undefined {
  const { by } = commands[command.type];
  const target = targetOf(command, who.clientId);
  if (isAllowed(by, who, target, isShared)) return target;
  const reason =
    who.role === 'guest'
      ? 'nobody has let this phone in yet'
      : `a ${who.role} may not ${by === 'reader' ? 'read' : 'change'} ${whoseMix(target, who.clientId)}`;
  throw new Refusal('not_permitted', 'type', `${command.type}: ${reason}`, command.id);
}
