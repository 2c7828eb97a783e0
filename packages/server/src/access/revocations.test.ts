import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordOf, stage as deskStage } from '../desk/desk-stage.ts';
import { Revocations } from './revocations.ts';
import { hashOf } from './secrets.ts';

const [PHONE, OTHER] = [hashOf('one'), hashOf('two')];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A world as a backup has it, in which both phones were let in at 5. */
const older = (claimed_at = 5) =>
  deskStage({
    clients: [],
    records: [PHONE, OTHER].map((hash) => recordOf('phone', hash, { speaks_for: ['ana'], claimed_at })),
  }).desk.world;

test('a store from before a phone was taken from the house does not bring it back', async () => {
  await new Revocations(folder).add(PHONE, 7);
  const writes = await new Revocations(folder).missing(older());
  expect(writes).toMatchObject([{ kind: 'phone', id: PHONE, next: { revoked: true, speaks_for: [] } }]);
});

test('a phone that was let in again since stays', async () => {
  await new Revocations(folder).add(PHONE, 7);
  expect(await new Revocations(folder).missing(older(8))).toEqual([]);
});

test('the file is its owner’s alone, and whatever else is in it is passed over', async () => {
  const revocations = new Revocations(folder);
  expect(await revocations.missing(older())).toEqual([]);
  await revocations.add('not a hash', 7);
  await revocations.add(OTHER, 7);
  expect(await revocations.missing(older())).toHaveLength(1);
  const path = join(folder, 'revoked-phones.txt');
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
});
