import { togetherAndAlone } from '../../jest.preset.mjs';

export default togetherAndAlone(
  import.meta.dirname,
  { testTimeout: 60_000 },
  {
    'test/page/connection.test.ts': 'asserts how soon the page is right again when its server returns',
    'test/page/printing.test.ts': 'asserts how long a number stands before it is printed again',
    'test/return.test.ts': 'asserts how soon the page is right again when its server returns',
    'test/sound.test.ts': 'steps an engine in real time, and asserts how soon a finger is heard',
  },
);
