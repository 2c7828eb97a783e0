import { JoinRequests, REQUEST_MS, REQUESTS_MAX, REQUESTS_PER_ADDRESS_MAX } from './join-requests.ts';

function stage(max?: number) {
  let now = 0;
  const requests = new JoinRequests(() => now, max);
  const ask = (phone: number, address = `192.0.2.${phone % 200}`) =>
    requests.ask({ secretHash: `phone ${phone}`, name: 'Leo', phoneName: 'iPhone', address });
  return { requests, ask, goesOn: (ms: number) => (now += ms) };
}

test('each that waits has six digits of its own, and keeps them when it asks again', () => {
  const { ask } = stage();
  const digits = Array.from({ length: 500 }, (_, phone) => ask(phone)?.digits);
  expect(new Set(digits).size).toBe(500);
  for (const one of digits) expect(one).toMatch(/^\d{6}$/);
  expect(ask(7)?.digits).toBe(digits[7]);
});

test('each lives ten minutes', () => {
  const { requests, ask, goesOn } = stage();
  const request = ask(1)?.request ?? '';
  goesOn(REQUEST_MS - 1);
  expect(requests.find(request)).toBeDefined();
  goesOn(1);
  expect(requests.find(request)).toBeUndefined();
});

test('a hundred thousand who ask leave no more than a thousand, and one address no more than its share', () => {
  const { requests, ask } = stage();
  for (let phone = 0; phone < 100_000; phone++) ask(phone, `198.51.${phone % 250}.1`);
  expect(requests.all()).toHaveLength(REQUESTS_MAX);
  const one = stage();
  for (let phone = 0; phone < 100; phone++) one.ask(phone, '192.0.2.1');
  expect(one.requests.all()).toHaveLength(REQUESTS_PER_ADDRESS_MAX);
  expect(one.ask(500, '192.0.2.2')).toBeDefined();
});

test('what has been answered waits no longer', () => {
  const { requests, ask } = stage();
  const request = ask(1);
  requests.end('phone 1');
  expect(requests.all()).toEqual([]);
  expect(ask(1)?.request).not.toBe(request?.request);
});
