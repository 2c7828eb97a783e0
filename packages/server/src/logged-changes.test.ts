/** What the log is told of a changed record. */
import type { ShownChange } from './desk/world-editor.ts';
import { ANA, stage } from './desk/desk-stage.ts';
import { loggedChanges } from './logged-changes.ts';

test('every field of a person is told by its name, but for what changes by itself', async () => {
  const { desk, shown } = stage();
  const logged = () => shown.flatMap((change: ShownChange) => loggedChanges(change, desk.world));
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  await desk.runKept('mark_channels', 'ana', { mine: [1] }, ANA);
  await desk.runKept('set_client_colour', 'ana', { colour: 'teal' }, ANA);
  expect(logged()).toEqual([
    ['ana', [{ type: 'person', field: 'name' }]],
    ['ana', [{ type: 'person', field: 'marks' }]],
    ['ana', [{ type: 'person', field: 'colour' }]],
  ]);
  shown.length = 0;
  desk.arrive('ana');
  expect(logged().flatMap(([, changes]) => changes)).toEqual([]);
});
