import { homedir } from 'node:os';
import { join } from 'node:path';
import { runStateCommand } from './cli/state-command.ts';
import { withHome } from './home-path.ts';

test.each([
  ['~', homedir()],
  ['~/song', join(homedir(), 'song')],
  ['~\\song', `${homedir()}${join('/', '\\song')}`],
  ['~ana/song', '~ana/song'],
  ['song/~', 'song/~'],
  ['./~', './~'],
])('%s is %s', (typed, path) => {
  expect(withHome(typed)).toBe(path);
});

test('foldback state looks in the home folder too', async () => {
  let complaints = '';
  const output = { print: () => undefined, complain: (more: string) => (complaints += more), now: Date.now };
  expect(await runStateCommand(['list', '--config=~/no such folder'], output)).toBe(2);
  expect(complaints).toContain(`there is no directory ${join(homedir(), 'no such folder')}`);
});
