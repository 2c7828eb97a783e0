import { commands, checkCommand, type CommandType, type Role } from '@foldback/protocol';
import { authorize } from './permissions.ts';

const OWN = 'ana';
const OTHER = 'leo';

function isAllowed(role: Role, type: CommandType, target: Record<string, string>, isShared = false): boolean {
  const example = commands[type].example as Record<string, unknown>;
  const { target_client_id: _target, client_id: _id, ...rest } = example;
  try {
    authorize(checkCommand(type, { ...rest, ...target }, 1), { clientId: OWN, role }, () => isShared);
    return true;
  } catch {
    return false;
  }
}

/** How a command names the client it is about. */
function targetField(type: CommandType): string | undefined {
  const fields = Object.keys(commands[type].body.entries);
  return ['target_client_id', 'client_id'].find((field) => fields.includes(field));
}

const types = Object.keys(commands) as CommandType[];
const ownerCommands = types.filter((type) => commands[type].by === 'owner');

test('there are commands for everybody', () => {
  expect(new Set(types.map((type) => commands[type].by))).toEqual(
    new Set(['anyone', 'let_in', 'reader', 'owner', 'engineer']),
  );
});

const ofPermission = (...permissions: readonly string[]) =>
  types.filter((type) => permissions.includes(commands[type].by));

test.each(types)('%s: a guest may come in, and nothing else', (type) => {
  const field = targetField(type);
  const target: Record<string, string> = field === undefined ? {} : { [field]: OWN };
  expect(isAllowed('guest', type, target)).toBe(commands[type].by === 'anyone');
});

test('what a guest may ask is counted', () => {
  expect(ofPermission('anyone').sort()).toEqual(
    ['ask_to_join', 'claim_engineer', 'heartbeat', 'hello', 'ping', 'redeem_invite'].sort(),
  );
});

test.each(ofPermission('reader'))('%s: a musician reads another’s mix when it is shared', (type) => {
  const field = targetField(type) ?? '';
  expect(isAllowed('musician', type, { [field]: OTHER })).toBe(false);
  expect(isAllowed('musician', type, { [field]: OTHER }, true)).toBe(true);
  expect(isAllowed('musician', type, { [field]: OWN })).toBe(true);
  expect(isAllowed('viewer', type, { [field]: OTHER })).toBe(true);
  expect(isAllowed('engineer', type, { [field]: OTHER })).toBe(true);
});

const withTarget = ownerCommands.filter((type) => targetField(type) !== undefined);

test.each(withTarget)('%s: a musician their own mix, an engineer all, a viewer none', (type) => {
  const field = targetField(type) ?? '';
  expect(isAllowed('musician', type, { [field]: OWN })).toBe(true);
  expect(isAllowed('musician', type, { [field]: OTHER })).toBe(false);
  expect(isAllowed('engineer', type, { [field]: OTHER })).toBe(true);
  expect(isAllowed('viewer', type, { [field]: OWN })).toBe(false);
});

test('subscribe, which names no mix but one’s own, is not for viewers', () => {
  expect(ownerCommands.filter((type) => targetField(type) === undefined)).toEqual(['subscribe']);
  expect(isAllowed('musician', 'subscribe', {})).toBe(true);
  expect(isAllowed('viewer', 'subscribe', {})).toBe(false);
});

test('clearing without a name means everybody, so a musician may not', () => {
  expect(isAllowed('musician', 'clear_saved_channels_state', {})).toBe(false);
  expect(isAllowed('engineer', 'clear_saved_channels_state', {})).toBe(true);
});

test.each(types.filter((type) => commands[type].by === 'engineer'))('%s is the engineer’s', (type) => {
  expect(isAllowed('viewer', type, {})).toBe(false);
  expect(isAllowed('musician', type, {})).toBe(false);
  expect(isAllowed('engineer', type, {})).toBe(true);
});

test.each(ofPermission('anyone', 'let_in', 'reader'))('%s may be asked by a viewer', (type) => {
  const field = targetField(type);
  expect(isAllowed('viewer', type, field === undefined ? {} : { [field]: OTHER })).toBe(true);
});
