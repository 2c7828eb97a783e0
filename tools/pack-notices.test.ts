/** The tarball carries the licence of everything that is copied into it. */
import { copiedPackages, nativeNotices, packageNotices } from './pack-notices.mjs';

test('what is bundled, sent to a phone or compiled in brings its licence along', () => {
  const names = copiedPackages();
  expect(names).toEqual(expect.arrayContaining(['lit', 'lit-html', 'node-addon-api', 'valibot']));
  const text = packageNotices();
  for (const name of names) expect(text).toContain(`${name}\n${'='.repeat(name.length)}`);
  expect(text.match(/Permission is hereby granted|Redistribution and use/g)?.length).toBeGreaterThanOrEqual(
    4,
  );
});

test('a package that is not there is refused', () => {
  expect(() => packageNotices(['no-such-package'])).toThrow('no-such-package is not installed');
});

test('so do the libraries inside the addon', () => {
  expect(nativeNotices()).toMatch(/Ross Bencina[\s\S]*Google/);
});
