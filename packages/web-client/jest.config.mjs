import { togetherAndAlone } from '../../jest.preset.mjs';

export default togetherAndAlone(
  import.meta.dirname,
  { testTimeout: 60_000 },
  {
    'test/page/connection.test.ts': 'asserts how soon the page is right again when its server returns',
    'test/sound.test.ts': 'steps an engine in real time, and asserts how soon a finger is heard',
  },
);
