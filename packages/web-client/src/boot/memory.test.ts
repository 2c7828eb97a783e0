import { Memory } from './memory.ts';

function storage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

test('what is remembered lies under a name of our own, and can be forgotten', () => {
  const store = storage();
  const memory = new Memory(store);
  memory.set('name', 'Ana');
  expect(store.items).toEqual(new Map([['foldback.name', 'Ana']]));
  expect(new Memory(store).get('name')).toBe('Ana');
  memory.forget('name');
  expect(memory.get('name')).toBeUndefined();
});

test.each([
  ['there is none', undefined],
  [
    'it is forbidden',
    {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('forbidden');
      },
      removeItem: () => {
        throw new Error('forbidden');
      },
    },
  ],
])('without storage, since %s, the phone remembers until the page is closed', (_why, store) => {
  const memory = new Memory(store);
  expect(memory.get('name')).toBeUndefined();
  memory.set('name', 'Ana');
  expect(memory.get('name')).toBe('Ana');
  memory.forget('name');
  expect(memory.get('name')).toBeUndefined();
});

test('a full storage does not bring back an older value', () => {
  const store = storage();
  const memory = new Memory(store);
  memory.set('name', 'Ana');
  store.setItem = () => {
    throw new Error('full');
  };
  memory.set('name', 'Anna');
  expect(memory.get('name')).toBe('Anna');
});
