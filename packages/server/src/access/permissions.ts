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

function isAllowed(by: Permission, who: Who, target: string | undefined): boolean {
  if (by === 'anyone' || who.role === 'engineer') return true;
  return by === 'owner' && who.role === 'musician' && target === who.clientId;
}

/**
 * @returns the client the command may be done to; undefined for all of them
 * @throws Refusal not_permitted
 */
export function authorize(command: CheckedCommand, who: Who): string | undefined {
  const { by } = commands[command.type];
  const target = targetOf(command, who.clientId);
  if (isAllowed(by, who, target)) return target;
  const whose =
    target === undefined ? 'every mix' : target === who.clientId ? 'this mix' : "somebody else's mix";
  throw new Refusal(
    'not_permitted',
    'type',
    `${command.type}: a ${who.role} may not change ${whose}`,
    command.id,
  );
}
