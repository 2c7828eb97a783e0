/** The page, health and the headers that protect them. */
import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { PROTOCOL_VERSION } from '@foldback/protocol';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--allowed-host', 'mixer.example.org'],
  });
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** fetch() writes its own Host header; a rebound name needs a client that does not. */
function answerTo(path: string, headers: Record<string, string>, method = 'GET'): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path, headers, method };
    const asked = request(options, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    asked.on('error', reject).end();
  });
}

const get = async (path: string, headers: Record<string, string>): Promise<number> =>
  (await answerTo(path, headers)).status;

test('the page comes with headers that let nothing else in', async () => {
  const response = await fetch(server.url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<script type="module"');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe-inline');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('the script comes compressed, and is kept for ever by its hash', async () => {
  const page = await (await fetch(server.url)).text();
  const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
  const response = await fetch(new URL(script, server.url), { headers: { 'accept-encoding': 'br' } });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('cache-control')).toContain('immutable');
});

test('a page that has not changed is not sent again', async () => {
  const etag = (await fetch(server.url)).headers.get('etag') ?? '';
  expect(await get('/', { host: `127.0.0.1:${server.port}`, 'if-none-match': etag })).toBe(304);
});

test('/healthz tells that all is well', async () => {
  const response = await fetch(new URL('/healthz', server.url));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    ok: true,
    reasons: [],
    engine: { callbacks: expect.any(Number) },
    store: { ok: true, unsaved: 0, last_error: null },
  });
});

test('/healthz says 503 and why, where something else plays than the interface that is set', async () => {
  const elsewhere = temporaryFolder();
  const alone = await ServerProcess.start({
    config: elsewhere.path,
    args: ['--device', 'no such interface'],
  });
  try {
    const response = await fetch(new URL('/healthz', alone.url));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      ok: false,
      reasons: [{ code: 'interface_lost', message: expect.stringContaining('no such interface') }],
      engine: { callbacks: expect.any(Number) },
    });
  } finally {
    await alone.end();
    elsewhere.remove();
  }
});

test('there is nothing elsewhere, and nothing can be put here', async () => {
  expect((await fetch(new URL('/../package.json', server.url))).status).toBe(404);
  expect((await fetch(new URL('/etc/passwd', server.url))).status).toBe(404);
  expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
});

test('a name that is not this mixer’s is refused in words, and opened by --allowed-host', async () => {
  const refused = await answerTo('/', { host: `evil.example:${server.port}` });
  expect(refused.status).toBe(421);
  expect(refused.body).toContain('it does not go by the name “evil.example”');
  expect(refused.body).toContain('no responde por el nombre «evil.example»');
  expect(refused.body).toContain(`http://127.0.0.1:${server.port}/`);
  expect(refused.body).toContain('--allowed-host evil.example\n');
  expect((await answerTo('/', { host: '<script>' })).body).toContain('--allowed-host <name>');
  expect(await get('/', { host: 'mixer.example.org' })).toBe(200);
  expect(await get('/', { host: `localhost:${server.port}` })).toBe(200);
  expect(await get('/', { host: 'localhost' })).toBe(200);
  expect(server.output).toContain('start with --allowed-host evil.example');
});

test('HEAD is answered as GET is, without the body', async () => {
  const host = `127.0.0.1:${server.port}`;
  for (const [path, status] of [
    ['/', 200],
    ['/nothing', 404],
  ] as const) {
    const whole = await answerTo(path, { host });
    expect(whole.status).toBe(status);
    const { 'content-type': type } = whole.headers;
    expect(await answerTo(path, { host }, 'HEAD')).toMatchObject({
      status,
      body: '',
      headers: { 'content-type': type, 'content-length': `${Buffer.byteLength(whole.body)}` },
    });
  }
  expect(await answerTo('/healthz', { host }, 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect((await answerTo('/', { host: 'evil.example' }, 'HEAD')).status).toBe(421);
  const put = await answerTo('/', { host }, 'PUT');
  expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD']);
});

test('a page from elsewhere cannot open a socket', async () => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const headers = {
    ...upgrade,
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    host: `127.0.0.1:${server.port}`,
  };
  expect(await get('/ws', { ...headers, origin: 'http://evil.example' })).toBe(403);
  const phone = await NativeClient.connect(server.port);
  expect(await phone.ask('hello', {})).toMatchObject({ protocol: PROTOCOL_VERSION });
});
