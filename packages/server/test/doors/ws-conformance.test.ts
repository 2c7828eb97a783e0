/**
 * RFC 6455 as a table, against /ws over plain TCP. A row says what is sent and what the server must do with it; after each
 * row another phone must still be answered at once.
 *
 * A server that must _Fail the WebSocket Connection_ (section 7.1.7) may send a Close frame first or just drop the TCP
 * connection; uWebSockets.js drops. Rows therefore accept both, but no other close code than the one named.
 *
 * Rows whose note begins with "uWebSockets.js:" state where it is more lenient than the RFC asks, and why that is harmless.
 */
import { MESSAGE_BYTES_MAX } from '@foldback/protocol';
import { NativeClient } from '../support/native-client.ts';
import {
  OPCODE,
  RawConnection,
  SAMPLE_KEY,
  acceptFor,
  closeBody,
  fragments,
  frame,
  handshakeHeaders,
  requestText,
  text,
  type Frame,
} from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const PAYLOAD_BYTES_MAX = 1024 * 1024;
/** Longer than any answer takes; a row that ends this way has got nothing at all. */
const SILENCE_MS = 2_000;

const folder = temporaryFolder();
let server: ServerProcess;
let healthy: NativeClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  healthy = await NativeClient.join(server.port, 'healthy', 'Ana');
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** After each row another phone must be answered; it waits for nothing else, so a sick server fails the row. */
afterEach(async () => {
  await healthy.ask('ping', { timestamp: 1 });
});

// What the server did, in words: one line per frame, then whether the connection is open.

const OPEN = 'open';
const DROPPED = 'dropped';
const SILENT = 'silent';
const MARKER = 'still there?';

function inWords({ opcode, payload }: Frame): string {
  if (opcode === OPCODE.pong) return `pong ${payload.toString('hex')}`;
  if (opcode === OPCODE.close) return payload.length === 0 ? 'close' : `close ${payload.readUInt16BE()}`;
  if (opcode !== OPCODE.text) return `opcode ${opcode}`;
  const { error } = JSON.parse(payload.toString('utf8')) as { error?: { code: string; message: string } };
  const shown = error?.message.startsWith('there is no command ') ? error.message.slice(20) : '';
  return `${error?.code ?? 'ok'} ${shown}`.trim();
}

/** Sends, and tells everything the server said until it answers a last ping, closes, or stays silent. */
async function reactionTo(
  bytes: Uint8Array | readonly Uint8Array[],
  { marker = true, pieceByPiece = false } = {},
): Promise<string[]> {
  const connection = await RawConnection.handshaken(server.port);
  let silent = false;
  const silence = setTimeout(() => {
    silent = true;
    connection.destroy();
  }, SILENCE_MS);
  try {
    for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
      connection.send(piece);
      // An answer to somebody else shows that the server has had its chance to read what came before.
      if (pieceByPiece) await healthy.ask('ping', {});
    }
    if (marker) connection.send(frame({ opcode: OPCODE.ping, payload: MARKER }));
    const words: string[] = [];
    const markerPong = `pong ${Buffer.from(MARKER).toString('hex')}`;
    for (;;) {
      const received = await connection.frame();
      if (!received) return [...words, silent ? SILENT : DROPPED];
      const word = inWords(received);
      if (word === markerPong) return [...words, OPEN];
      words.push(word);
    }
  } finally {
    clearTimeout(silence);
    connection.destroy();
  }
}

const FAILED = 'failed';

/** "failed" when nothing was answered and a close code, if one was sent, is a right one; else what happened instead. */
async function fateOf(bytes: Uint8Array, ...codes: readonly number[]): Promise<string> {
  const words = await reactionTo(bytes);
  const said = words.slice(0, -1);
  const legal = said.length <= 1 && said.every((word) => codes.some((code) => word === `close ${code}`));
  return legal && words.at(-1) === DROPPED ? FAILED : words.join(', ');
}

const PROTOCOL_ERROR = 1002;
const NOT_UTF8 = 1007;
const TOO_BIG = 1009;

/** A command that is understood, and answered with not_ready because nobody has said hello. */
const COMMAND = '{"id":7,"type":"ping"}';
/** COMMAND with blanks to be exactly so long. */
const padded = (bytes: number): string => COMMAND.padEnd(bytes, ' ');
const noCommand = (name: string): string => JSON.stringify({ id: 7, type: name });

/* ------------------------------------------------------------------------------------------------ handshake */

type Header = readonly [name: string, value: string];
type Bend = (honest: readonly Header[]) => readonly Header[];

const without =
  (name: string): Bend =>
  (honest) =>
    honest.filter(([each]) => each !== name);
const withValue =
  (name: string, value: string): Bend =>
  (honest) =>
    honest.map(([each, old]) => [each, each === name ? value : old]);
const plus =
  (...extra: readonly Header[]): Bend =>
  (honest) => [...honest, ...extra];
const renamed =
  (change: (name: string) => string): Bend =>
  (honest) =>
    honest.map(([name, value]) => [change(name), value]);
const honest: Bend = (headers) => headers;
const UPGRADE_LINE = 'GET /ws HTTP/1.1';

async function handshake(bend: Bend, line = UPGRADE_LINE) {
  const connection = await RawConnection.open(server.port);
  connection.send(requestText(line, bend(handshakeHeaders(server.port))));
  const head = await connection.head();
  return { connection, head };
}

const manyHeaders = Array.from({ length: 40 }, (_, index): Header => [`X-Extra-${index}`, 'v'.repeat(20)]);
const otherKey = Buffer.from('sixteen byte key').toString('base64');

test.each<[why: string, bend: Bend]>([
  ['as in the RFC', honest],
  ['Upgrade: WebSocket (any case, 4.2.1)', withValue('Upgrade', 'WebSocket')],
  ['Upgrade: WEBSOCKET', withValue('Upgrade', 'WEBSOCKET')],
  ['Connection: upgrade (any case, 4.2.1)', withValue('Connection', 'upgrade')],
  ['Connection: UPGRADE', withValue('Connection', 'UPGRADE')],
  ['Connection: keep-alive, Upgrade (Firefox)', withValue('Connection', 'keep-alive, Upgrade')],
  ['Connection: Upgrade, HTTP2-Settings', withValue('Connection', 'Upgrade, HTTP2-Settings')],
  ['lower-case header names', renamed((name) => name.toLowerCase())],
  ['upper-case header names', renamed((name) => name.toUpperCase())],
  ['blanks around a value', withValue('Upgrade', '  websocket  ')],
  ['a version with blanks', withValue('Sec-WebSocket-Version', ' 13 ')],
  ['40 extra headers', plus(...manyHeaders)],
  ['a cookie of 2,000 bytes', plus(['Cookie', `id=${'c'.repeat(2_000)}`])],
  ['an empty extra header', plus(['X-Empty', ''])],
  ['headers in another order', (headers) => headers.toReversed()],
  ['another key', withValue('Sec-WebSocket-Key', otherKey)],
  ['a user agent', plus(['User-Agent', 'Mozilla/5.0'], ['Accept-Language', 'es'])],
  ['an extension nobody knows (may be ignored, 9.1)', plus(['Sec-WebSocket-Extensions', 'x-unknown; a=1'])],
  [
    'permessage-deflate offered',
    plus(['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits']),
  ],
  ['a subprotocol nobody knows', plus(['Sec-WebSocket-Protocol', 'chat, superchat'])],
])('handshake: %s is accepted', async (_why, bend) => {
  const { connection, head } = await handshake(bend);
  const key = new Map(
    bend(handshakeHeaders(server.port)).map(([name, value]) => [name.toLowerCase(), value]),
  ).get('sec-websocket-key');
  expect(head?.status).toBe(101);
  expect(head?.headers.get('upgrade')?.toLowerCase()).toBe('websocket');
  expect(head?.headers.get('connection')?.toLowerCase()).toBe('upgrade');
  expect(head?.headers.get('sec-websocket-accept')).toBe(acceptFor(key ?? ''));
  // Nothing is compressed, and no subprotocol is spoken: a server must not name one it does not use (4.2.2).
  expect(head?.headers.has('sec-websocket-extensions')).toBe(false);
  expect(head?.headers.has('sec-websocket-protocol')).toBe(false);
  connection.destroy();
});

test('handshake: the proof of the RFC’s own key is the RFC’s own', async () => {
  const { connection, head } = await handshake(honest);
  expect(head?.headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  connection.destroy();
});

test.each<[path: string, accepted: boolean]>([
  ['/ws', true],
  ['/ws?phone=1', true],
  ['/ws/', false],
  ['/WS', false],
  ['/wss', false],
  ['//ws', false],
  ['/', false],
  ['/healthz', false],
  ['/ws/../ws', false],
  ['/%77s', false],
])('handshake: a socket is opened at %s: %s', async (path, accepted) => {
  const { connection, head } = await handshake(honest, `GET ${path} HTTP/1.1`);
  expect(head?.status === 101).toBe(accepted);
  connection.destroy();
});

const BAD_HANDSHAKES: readonly (readonly [why: string, bend: Bend, line?: string])[] = [
  ['no key', without('Sec-WebSocket-Key')],
  ['an empty key', withValue('Sec-WebSocket-Key', '')],
  ['a key of 15 bytes', withValue('Sec-WebSocket-Key', Buffer.alloc(12).toString('base64'))],
  ['a key of 17 bytes and more', withValue('Sec-WebSocket-Key', Buffer.alloc(21).toString('base64'))],
  ['no version', without('Sec-WebSocket-Version')],
  ['an empty version', withValue('Sec-WebSocket-Version', '')],
  ['version 0 (hixie)', withValue('Sec-WebSocket-Version', '0')],
  ['version 8 (a draft)', withValue('Sec-WebSocket-Version', '8')],
  ['version 14', withValue('Sec-WebSocket-Version', '14')],
  ['version 256', withValue('Sec-WebSocket-Version', '256')],
  ['version x', withValue('Sec-WebSocket-Version', 'x')],
  ['version 13, 8', withValue('Sec-WebSocket-Version', '13, 8')],
  ['no Upgrade', without('Upgrade')],
  ['Upgrade: h2c', withValue('Upgrade', 'h2c')],
  ['Upgrade: websocketx', withValue('Upgrade', 'websocketx')],
  ['an empty Upgrade', withValue('Upgrade', '')],
  ['no Connection', without('Connection')],
  ['Connection: close', withValue('Connection', 'close')],
  ['Connection: keep-alive', withValue('Connection', 'keep-alive')],
  ['Connection: not-upgrade', withValue('Connection', 'not-upgrade')],
  ['no Host', without('Host')],
  ['an empty Host', withValue('Host', '')],
  ['POST', honest, 'POST /ws HTTP/1.1'],
  ['HEAD', honest, 'HEAD /ws HTTP/1.1'],
  ['PUT', honest, 'PUT /ws HTTP/1.1'],
  ['OPTIONS', honest, 'OPTIONS /ws HTTP/1.1'],
  ['a method of lower case', honest, 'get /ws HTTP/1.1'],
  ['HTTP/1.0', honest, 'GET /ws HTTP/1.0'],
  ['HTTP/0.9', honest, 'GET /ws HTTP/0.9'],
  ['HTTP/2.0', honest, 'GET /ws HTTP/2.0'],
  ['a request line of nonsense', honest, 'fader up!'],
];

test.each(BAD_HANDSHAKES.map(([why, bend, line]) => ({ why, bend, line })))(
  'handshake: $why is refused',
  async ({ bend, line }) => {
    const { connection, head } = await handshake(bend, line);
    // Silence is impossible here: head() resolves on an answer or on the end of the connection.
    expect(head?.status ?? 400).toBeGreaterThanOrEqual(400);
    expect(head?.status ?? 400).toBeLessThan(506);
    connection.destroy();
  },
);

/*
 * RFC 9112 asks for 400 where uWebSockets.js waits for more and ends the connection when its time for a request is over
 * (see the slow HTTP tests). What must not happen is that the request is taken for something.
 */
test.each<[why: string, bend: Bend, line: string]>([
  ['no HTTP version', honest, 'GET /ws'],
  ['a blank before a colon', renamed((name) => (name === 'Upgrade' ? 'Upgrade ' : name)), UPGRADE_LINE],
  ['a NUL in a header', plus(['X-Bad', 'a\0b']), UPGRADE_LINE],
  ['a folded header', plus(['X-Folded', 'a\r\n b']), UPGRADE_LINE],
])(
  'handshake, lenient: uWebSockets.js does not understand %s, and opens nothing',
  async (_why, bend, line) => {
    const connection = await RawConnection.open(server.port);
    connection.send(requestText(line, bend(handshakeHeaders(server.port))));
    for (let chances = 0; chances < 3; chances++) await healthy.ask('ping', {});
    connection.destroy();
    expect((await connection.head())?.status ?? 400).toBeGreaterThanOrEqual(400);
  },
);

test('handshake: a version we do not speak is told which we do (4.4)', async () => {
  const { connection, head } = await handshake(withValue('Sec-WebSocket-Version', '8'));
  expect(head?.status).toBe(426);
  expect(head?.headers.get('sec-websocket-version')).toBe('13');
  connection.destroy();
});

test.each<[note: string, bend: Bend]>([
  [
    'uWebSockets.js: 24 characters that are no base64. The key proves nothing about a client; 4.2.1 says it need not be decoded',
    withValue('Sec-WebSocket-Key', '************************'),
  ],
  [
    'uWebSockets.js: a key given twice counts once. A browser cannot send two, a program harms only itself',
    plus(['Sec-WebSocket-Key', SAMPLE_KEY]),
  ],
])('handshake, lenient: %s', async (_note, bend) => {
  const { connection, head } = await handshake(bend);
  expect(head?.status).toBe(101);
  connection.destroy();
});

/*
 * 4.1: "the client MUST wait for a response from the server before sending any further data". uWebSockets.js throws away
 * what came too early; only a client that breaks the rule loses something, and only its own.
 */
test('handshake, lenient: what comes before the server’s proof is ignored, and the socket works', async () => {
  const connection = await RawConnection.open(server.port);
  const request = requestText(UPGRADE_LINE, handshakeHeaders(server.port));
  connection.send(Buffer.concat([Buffer.from(request), text(noCommand('early'))]));
  expect((await connection.head())?.status).toBe(101);
  connection.send(text(COMMAND));
  const answer = await connection.frame();
  expect(answer && inWords(answer)).toBe('not_ready');
  connection.destroy();
});

test('handshake: in packets of 20 bytes', async () => {
  const connection = await RawConnection.open(server.port);
  const request = requestText(UPGRADE_LINE, handshakeHeaders(server.port));
  for (let at = 0; at < request.length; at += 20) {
    connection.send(request.slice(at, at + 20));
    await healthy.ask('ping', {});
  }
  expect((await connection.head())?.status).toBe(101);
  connection.destroy();
});

/* -------------------------------------------------------------------------------------------------- framing */

test.each<[why: string, spec: string, words: readonly string[]]>([
  ['an empty text message', '', ['bad_message']],
  ['1 byte', '7', ['bad_message']],
  ['22 bytes', COMMAND, ['not_ready']],
  ['125 bytes, the longest of the short form', padded(125), ['not_ready']],
  ['126 bytes, the shortest of the 16-bit form', padded(126), ['not_ready']],
  ['127 bytes', padded(127), ['not_ready']],
  ['128 bytes', padded(128), ['not_ready']],
  ['65,535 bytes, the longest of the 16-bit form', padded(65_535), ['not_ready']],
  ['65,536 bytes, the shortest of the 64-bit form, the longest message', padded(65_536), ['not_ready']],
  ['65,537 bytes, one more than a message may have', padded(MESSAGE_BYTES_MAX + 1), ['too_large']],
  ['1 MiB, the most that is read', padded(PAYLOAD_BYTES_MAX), ['too_large']],
])('framing: a text message of %s', async (_why, payload, words) => {
  expect(await reactionTo(text(payload))).toEqual([...words, OPEN]);
});

test.each<[why: string, length: bigint]>([
  ['1 MiB and a byte', BigInt(PAYLOAD_BYTES_MAX + 1)],
  ['2^31', 2n ** 31n],
  ['2^32', 2n ** 32n],
  ['2^53', 2n ** 53n],
  ['2^63 - 1', 2n ** 63n - 1n],
  ['2^63, the bit that must be 0 (5.2)', 2n ** 63n],
  ['2^64 - 1', 2n ** 64n - 1n],
])('framing: a frame that claims %s bytes fails', async (_why, claimedLength) => {
  expect(
    await fateOf(
      frame({ opcode: OPCODE.text, claimedLength, lengthBits: 64, payload: COMMAND }),
      TOO_BIG,
      PROTOCOL_ERROR,
    ),
  ).toBe(FAILED);
});

test.each<[bytes: number, lengthBits: 16 | 64]>([
  [0, 16],
  [22, 16],
  [125, 16],
  [0, 64],
  [22, 64],
  [125, 64],
  [126, 64],
  [65_535, 64],
])(
  'framing, lenient: uWebSockets.js reads %i bytes in a %i-bit length. The RFC binds the sender (5.2); the meaning is the same',
  async (bytes, lengthBits) => {
    const payload = bytes === 0 ? '' : padded(bytes);
    const words = [bytes === 0 ? 'bad_message' : 'not_ready', OPEN];
    expect(await reactionTo(frame({ opcode: OPCODE.text, payload, lengthBits }))).toEqual(words);
  },
);

test.each<[why: string, bytes: Buffer]>([
  ['a ping', frame({ opcode: OPCODE.ping, payload: 'Hello' })],
  ['a short text', text(COMMAND)],
  ['a text with a 16-bit length', text(padded(126))],
  ['the head of a text with a 64-bit length', text(padded(65_536))],
])('framing: %s arriving byte by byte', async (_why, bytes) => {
  const singles = Array.from({ length: Math.min(bytes.length, 32) }, (_, at) => bytes.subarray(at, at + 1));
  const words = await reactionTo([...singles, bytes.subarray(singles.length)], { pieceByPiece: true });
  expect(words).toEqual([bytes[0] === 0x89 ? 'pong 48656c6c6f' : 'not_ready', OPEN]);
});

test('framing: a hundred messages in one packet are answered in order', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `c${index}`);
  const words = await reactionTo(Buffer.concat(names.map((name) => text(noCommand(name)))));
  expect(words).toEqual([...names.map((name) => `unknown_command "${name}"`), OPEN]);
});

test.each<[why: string, mask: readonly number[]]>([
  ['zero', [0, 0, 0, 0]],
  ['ones', [0xff, 0xff, 0xff, 0xff]],
  ['1 2 3 4', [1, 2, 3, 4]],
  ['one that makes the payload look like frames', [0xf2, 0xa2, 0x81, 0x89]],
])('masking: a key of %s', async (_why, mask) => {
  for (const size of [22, 23, 24, 25, 126, 1_001, 65_536]) {
    const words = await reactionTo(frame({ opcode: OPCODE.text, payload: padded(size), mask }));
    expect(words).toEqual(['not_ready', OPEN]);
  }
});

test('masking: a payload masked with another key is not what was meant, and is refused', async () => {
  const bytes = frame({
    opcode: OPCODE.text,
    payload: COMMAND,
    mask: [1, 2, 3, 4],
    maskedWith: [2, 1, 4, 3],
  });
  expect(await reactionTo(bytes)).toEqual(['bad_message', OPEN]);
});

test('masking: a payload that a wrong key turns into no UTF-8 fails', async () => {
  const bytes = frame({
    opcode: OPCODE.text,
    payload: COMMAND,
    mask: [0, 0, 0, 0],
    maskedWith: [128, 0, 0, 0],
  });
  expect(await fateOf(bytes, NOT_UTF8)).toBe(FAILED);
});

/*
 * 5.1: a server must close the connection on a frame that is not masked. uWebSockets.js does not look at the mask bit and
 * always takes four bytes as the key. The rule protects proxies from a page that chooses its bytes, and pages cannot send such
 * frames; what a program sends becomes noise that the decoder refuses, or waits for bytes that never come until the idle
 * timeout. Nothing unmasked is ever understood, which is what these rows hold to.
 */
test.each<[why: string, bytes: Buffer]>([
  ['a text', frame({ opcode: OPCODE.text, payload: COMMAND, mask: false })],
  ['a longer text', frame({ opcode: OPCODE.text, payload: padded(126), mask: false })],
  ['a ping', frame({ opcode: OPCODE.ping, payload: 'Hello', mask: false })],
  ['an empty ping', frame({ opcode: OPCODE.ping, mask: false })],
  ['a close', frame({ opcode: OPCODE.close, payload: closeBody(1000), mask: false })],
  ['a binary', frame({ opcode: OPCODE.binary, payload: 'abcdef', mask: false })],
])('masking, lenient: uWebSockets.js makes nothing of %s without a mask', async (_why, bytes) => {
  const words = await reactionTo(bytes);
  expect(words).not.toContain('not_ready');
  expect(words).not.toContain('pong 48656c6c6f');
  expect(words).not.toContain('ok');
});

/* --------------------------------------------------------------------------------- reserved bits and opcodes */

const RSV = [
  ['RSV1', 0b100],
  ['RSV2', 0b010],
  ['RSV3', 0b001],
  ['RSV1+2', 0b110],
  ['RSV1+3', 0b101],
  ['RSV2+3', 0b011],
  ['RSV1+2+3', 0b111],
] as const;
const KINDS = [
  ['a text', OPCODE.text, COMMAND],
  ['a binary', OPCODE.binary, 'abc'],
  ['a ping', OPCODE.ping, 'abc'],
  ['a pong', OPCODE.pong, 'abc'],
  ['a close', OPCODE.close, closeBody(1000)],
] as const;

test.each(
  RSV.flatMap(([bit, rsv]) => KINDS.map(([kind, opcode, payload]) => [bit, kind, { rsv, opcode, payload }])),
)('reserved bits: %s on %s fails (5.2)', async (_bit, _kind, spec) => {
  expect(await fateOf(frame(spec as { rsv: number; opcode: number; payload: string }), PROTOCOL_ERROR)).toBe(
    FAILED,
  );
});

test.each(RSV)('reserved bits: %s on a continuation fails', async (_bit, rsv) => {
  const bytes = Buffer.concat([
    frame({ opcode: OPCODE.text, fin: false, payload: COMMAND }),
    frame({ opcode: OPCODE.continuation, rsv, payload: ' ' }),
  ]);
  expect(await fateOf(bytes, PROTOCOL_ERROR)).toBe(FAILED);
});

const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as const;

test.each(RESERVED_OPCODES)('reserved opcode %i with a payload fails (5.2)', async (opcode) => {
  expect(await fateOf(frame({ opcode, payload: COMMAND }), PROTOCOL_ERROR)).toBe(FAILED);
});

test.each(RESERVED_OPCODES)('reserved opcode %i, empty, after a good message fails', async (opcode) => {
  const words = await reactionTo(Buffer.concat([text(COMMAND), frame({ opcode }), text(COMMAND)]));
  // The good message may be answered or lost with the connection; what follows the violation must not be.
  expect(words.at(-1)).toBe(DROPPED);
  expect(words.filter((word) => word === 'not_ready').length).toBeLessThan(2);
});

test.each(RESERVED_OPCODES)('reserved opcode %i inside a fragmented message fails', async (opcode) => {
  const bytes = Buffer.concat([
    frame({ opcode: OPCODE.text, fin: false, payload: COMMAND }),
    frame({ opcode, payload: 'x' }),
    frame({ opcode: OPCODE.continuation }),
  ]);
  expect(await fateOf(bytes, PROTOCOL_ERROR)).toBe(FAILED);
});

/* ------------------------------------------------------------------------------------------- control frames */

const CONTROLS = [
  ['ping', OPCODE.ping],
  ['pong', OPCODE.pong],
  ['close', OPCODE.close],
] as const;

test.each(CONTROLS)('control: a %s in fragments fails (5.5)', async (_name, opcode) => {
  expect(
    await fateOf(
      frame({ opcode, fin: false, payload: opcode === OPCODE.close ? closeBody(1000) : 'ab' }),
      PROTOCOL_ERROR,
    ),
  ).toBe(FAILED);
});

test.each(
  CONTROLS.flatMap(([name, opcode]) => [126, 127, 65_536].map((size) => [name, size, opcode] as const)),
)('control: a %s of %i bytes fails (5.5)', async (_name, size, opcode) => {
  const payload = opcode === OPCODE.close ? closeBody(1000, 'x'.repeat(size - 2)) : 'x'.repeat(size);
  expect(await fateOf(frame({ opcode, payload }), PROTOCOL_ERROR, TOO_BIG)).toBe(FAILED);
});

const everyByte = (from: number, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, index) => (from + index) & 0xff));

test.each<[why: string, payload: Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.of(0)],
  ['Hello', Buffer.from('Hello')],
  ['every byte from 0', everyByte(0, 125)],
  ['every byte from 125', everyByte(125, 125)],
  ['bytes that are no UTF-8', Buffer.of(0xff, 0xfe, 0xc0, 0x80)],
  ['124 bytes', everyByte(3, 124)],
  ['125 bytes, the most', Buffer.alloc(125, 0x2a)],
])('ping: %s comes back in the pong (5.5.3)', async (_why, payload) => {
  expect(await reactionTo(frame({ opcode: OPCODE.ping, payload }))).toEqual([
    `pong ${payload.toString('hex')}`,
    OPEN,
  ]);
});

test('ping: ten pings, ten pongs, in order', async () => {
  const payloads = Array.from({ length: 10 }, (_, index) => Buffer.of(index));
  const words = await reactionTo(
    Buffer.concat(payloads.map((payload) => frame({ opcode: OPCODE.ping, payload }))),
  );
  expect(words).toEqual([...payloads.map((payload) => `pong ${payload.toString('hex')}`), OPEN]);
});

test.each<[why: string, payload: Buffer]>([
  ['an empty pong', Buffer.alloc(0)],
  ['a pong with a payload', Buffer.from('Hello')],
  ['a pong of 125 bytes', Buffer.alloc(125)],
])('pong: %s nobody asked for is not answered (5.5.3)', async (_why, payload) => {
  expect(await reactionTo(frame({ opcode: OPCODE.pong, payload }))).toEqual([OPEN]);
});

test('pong: a hundred unasked pongs and then a message', async () => {
  const pongs = Array.from({ length: 100 }, () => frame({ opcode: OPCODE.pong, payload: 'x' }));
  expect(await reactionTo(Buffer.concat([...pongs, text(COMMAND)]))).toEqual(['not_ready', OPEN]);
});

test('binary: a binary message is refused with words, and the socket goes on', async () => {
  expect(await reactionTo(frame({ opcode: OPCODE.binary, payload: COMMAND }))).toEqual(['bad_message', OPEN]);
  expect(await reactionTo(fragments(OPCODE.binary, ['a', 'b', 'c']))).toEqual(['bad_message', OPEN]);
  // 5.6: bytes that are no UTF-8 are no fault in a binary message.
  expect(await reactionTo(frame({ opcode: OPCODE.binary, payload: Buffer.of(0xff, 0xc0) }))).toEqual([
    'bad_message',
    OPEN,
  ]);
});

/* ------------------------------------------------------------------------------------------- fragmentation */

const inPieces = (message: string, size: number): string[] =>
  Array.from({ length: Math.ceil(message.length / size) }, (_, index) =>
    message.slice(index * size, (index + 1) * size),
  );

test.each<[why: string, pieces: readonly string[]]>([
  ['2 fragments', inPieces(COMMAND, 11)],
  ['3 fragments', inPieces(COMMAND, 8)],
  ['a fragment for each byte', inPieces(COMMAND, 1)],
  ['1,000 fragments', inPieces(padded(1_000), 1)],
  ['65,536 fragments of one byte', inPieces(padded(65_536), 1)],
  ['2 fragments of 32 KiB', inPieces(padded(65_536), 32_768)],
  ['an empty first fragment', ['', COMMAND]],
  ['an empty last fragment', [COMMAND, '']],
  ['an empty fragment in the middle', [COMMAND.slice(0, 5), '', COMMAND.slice(5)]],
  [
    'a hundred empty fragments in the middle',
    [COMMAND.slice(0, 5), ...Array<string>(100).fill(''), COMMAND.slice(5)],
  ],
])('fragmentation: a message in %s (5.4)', async (_why, pieces) => {
  expect(await reactionTo(fragments(OPCODE.text, pieces))).toEqual(['not_ready', OPEN]);
});

test('fragmentation: only empty fragments make an empty message', async () => {
  expect(await reactionTo(fragments(OPCODE.text, ['', '', '']))).toEqual(['bad_message', OPEN]);
});

test('fragmentation: fragments that arrive apart', async () => {
  const pieces = inPieces(COMMAND, 4).map((payload, index, all) =>
    frame({
      opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
      fin: index === all.length - 1,
      payload,
    }),
  );
  expect(await reactionTo(pieces, { pieceByPiece: true })).toEqual(['not_ready', OPEN]);
});

const begun = frame({ opcode: OPCODE.text, fin: false, payload: COMMAND.slice(0, 5) });
const rest = frame({ opcode: OPCODE.continuation, payload: COMMAND.slice(5) });

test.each<[why: string, bytes: readonly Buffer[], words: readonly string[]]>([
  [
    'a ping between fragments',
    [begun, frame({ opcode: OPCODE.ping, payload: 'Hi' }), rest],
    ['pong 4869', 'not_ready'],
  ],
  ['a pong between fragments', [begun, frame({ opcode: OPCODE.pong, payload: 'Hi' }), rest], ['not_ready']],
  [
    'three pings between fragments',
    [begun, ...[1, 2, 3].map((each) => frame({ opcode: OPCODE.ping, payload: Buffer.of(each) })), rest],
    ['pong 01', 'pong 02', 'pong 03', 'not_ready'],
  ],
  [
    'a ping of 125 bytes between fragments',
    [begun, frame({ opcode: OPCODE.ping, payload: Buffer.alloc(125, 1) }), rest],
    [`pong ${'01'.repeat(125)}`, 'not_ready'],
  ],
  ['two fragmented messages, one after the other', [begun, rest, begun, rest], ['not_ready', 'not_ready']],
  ['a whole message after a fragmented one', [begun, rest, text(COMMAND)], ['not_ready', 'not_ready']],
])('fragmentation: %s (5.4)', async (_why, bytes, words) => {
  expect(await reactionTo(Buffer.concat(bytes))).toEqual([...words, OPEN]);
});

test.each<[why: string, bytes: readonly Buffer[]]>([
  ['a continuation of nothing, finished', [rest]],
  [
    'a continuation of nothing, unfinished',
    [frame({ opcode: OPCODE.continuation, fin: false, payload: 'a' })],
  ],
  ['an empty continuation of nothing', [frame({ opcode: OPCODE.continuation })]],
  ['an empty, unfinished continuation of nothing', [frame({ opcode: OPCODE.continuation, fin: false })]],
  ['a new text inside a message', [begun, text(COMMAND)]],
  ['a new unfinished text inside a message', [begun, begun, rest]],
  ['a new text inside a binary', [frame({ opcode: OPCODE.binary, fin: false, payload: 'x' }), text(COMMAND)]],
  [
    'a ping in fragments inside a message',
    [begun, frame({ opcode: OPCODE.ping, fin: false, payload: 'x' }), rest],
  ],
])('fragmentation: %s fails (5.4)', async (_why, bytes) => {
  expect(await fateOf(Buffer.concat(bytes), PROTOCOL_ERROR)).toBe(FAILED);
});

/*
 * 5.4 forbids to interleave messages. uWebSockets.js lets a binary one begin inside a text; control messages are text, so
 * what comes of it is a binary message or no JSON: refused with words, and the command never runs.
 */
test('fragmentation, lenient: uWebSockets.js makes no command of a text with a binary inside', async () => {
  const words = await reactionTo(
    Buffer.concat([begun, frame({ opcode: OPCODE.binary, payload: 'x' }), rest]),
  );
  expect(words).not.toContain('not_ready');
  expect(words).not.toContain('ok');
});

test('fragmentation: a continuation after the end of a message fails', async () => {
  const words = await reactionTo(Buffer.concat([begun, rest, rest]));
  expect(words.at(-1)).toBe(DROPPED);
  expect(words.filter((word) => word === 'not_ready').length).toBeLessThan(2);
});

test('fragmentation: a message closed in the middle is never acted on', async () => {
  const bytes = Buffer.concat([begun, frame({ opcode: OPCODE.close, payload: closeBody(1000) })]);
  expect(await reactionTo(bytes, { marker: false })).toEqual(['close 1000', DROPPED]);
});

test.each<[why: string, fragmentBytes: number]>([
  ['fragments of 1 KiB', 1_024],
  ['fragments of 64 KiB', 65_536],
  ['fragments of half a MiB', 524_288],
])('fragmentation: a message that never ends fails beyond 1 MiB: %s', async (_why, fragmentBytes) => {
  const pieces = [
    frame({ opcode: OPCODE.text, fin: false, payload: ' '.repeat(fragmentBytes) }),
    ...Array.from({ length: PAYLOAD_BYTES_MAX / fragmentBytes }, () =>
      frame({ opcode: OPCODE.continuation, fin: false, payload: ' '.repeat(fragmentBytes) }),
    ),
  ];
  expect(await fateOf(Buffer.concat(pieces), TOO_BIG)).toBe(FAILED);
});

test('fragmentation: 100,000 empty fragments cost nobody anything', async () => {
  const empty = frame({ opcode: OPCODE.continuation, fin: false });
  const bytes = Buffer.concat([begun, ...Array<Buffer>(100_000).fill(empty), rest]);
  expect(await reactionTo(bytes)).toEqual(['not_ready', OPEN]);
});

/* --------------------------------------------------------------------------------------------------- UTF-8 */

/** Boundaries of every length, and what people write. */
const VALID_UTF8: readonly (readonly [why: string, text: string])[] = [
  ['U+0020', ' '],
  ['U+007F', '\u007f'],
  ['U+0080, the first of two bytes', '\u0080'],
  ['U+07FF, the last of two bytes', '\u07ff'],
  ['U+0800, the first of three bytes', '\u0800'],
  ['U+D7FF, the last before the surrogates', '\ud7ff'],
  ['U+E000, the first after the surrogates', '\ue000'],
  ['U+FEFF inside a text', 'a\ufeffb'],
  ['U+FFFD, the replacement character itself', '\ufffd'],
  ['U+FFFE, not a character but valid', '\ufffe'],
  ['U+FFFF, the last of three bytes', '\uffff'],
  ['U+10000, the first of four bytes', '\u{10000}'],
  ['U+1FFFE, not a character but valid', '\u{1fffe}'],
  ['U+10FFFF, the last of all', '\u{10ffff}'],
  ['Greek', 'κόσμε'],
  ['Spanish', 'Señor Muñoz, ¿qué tal?'],
  ['Japanese', 'ドラム'],
  ['Arabic', 'طبول'],
  ['combining marks', 'e\u0301a\u0308'],
  ['an emoji of several code points', '👩‍🎤🥁'],
];

test.each(VALID_UTF8)('UTF-8: %s arrives as it was sent', async (_why, name) => {
  expect(await reactionTo(text(noCommand(name)))).toEqual([`unknown_command ${JSON.stringify(name)}`, OPEN]);
});

const splits = (['ñ', 'ド', '🥁'] as const).flatMap((character) =>
  Array.from(
    { length: Buffer.byteLength(character) - 1 },
    (_, index) => [character, index + 1, Buffer.byteLength(character)] as const,
  ),
);

test.each(splits)('UTF-8: %s parted after byte %i of %i over two fragments (5.6)', async (character, at) => {
  const message = Buffer.from(noCommand(character));
  const cut = message.indexOf(Buffer.from(character)) + at;
  const words = await reactionTo(fragments(OPCODE.text, [message.subarray(0, cut), message.subarray(cut)]));
  expect(words).toEqual([`unknown_command "${character}"`, OPEN]);
});

test('UTF-8: a text of many bytes per character, a fragment for each byte, a packet for each fragment', async () => {
  const message = Buffer.from(noCommand('ñド🥁'));
  const pieces = [...message].map((byte, index) =>
    frame({
      opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
      fin: index === message.length - 1,
      payload: Buffer.of(byte),
    }),
  );
  expect(await reactionTo(pieces, { pieceByPiece: true })).toEqual(['unknown_command "ñド🥁"', OPEN]);
});

/** After Markus Kuhn's UTF-8 decoder stress test, sections 3 to 5, and the Autobahn suite's chapter 6. */
const INVALID_UTF8: readonly (readonly [why: string, bytes: readonly number[]])[] = [
  ['a lone continuation byte 80', [0x80]],
  ['a lone continuation byte BF', [0xbf]],
  ['two continuation bytes', [0x80, 0xbf]],
  ['six continuation bytes', [0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf]],
  ['a lone two-byte start C2', [0xc2, 0x20]],
  ['a lone two-byte start DF', [0xdf, 0x20]],
  ['a lone three-byte start E0', [0xe0, 0x20]],
  ['a lone three-byte start EF', [0xef, 0x20]],
  ['a lone four-byte start F0', [0xf0, 0x20]],
  ['a lone four-byte start F4', [0xf4, 0x20]],
  ['a five-byte start F8', [0xf8, 0x20]],
  ['a six-byte start FC', [0xfc, 0x20]],
  ['FE', [0xfe]],
  ['FF', [0xff]],
  ['FE FE FF FF', [0xfe, 0xfe, 0xff, 0xff]],
  ['three bytes cut after one', [0xe2, 0x41]],
  ['three bytes cut after two', [0xe2, 0x82, 0x41]],
  ['four bytes cut after two', [0xf0, 0x9f, 0x41]],
  ['four bytes cut after three', [0xf0, 0x9f, 0xa5, 0x41]],
  ['overlong / in two bytes', [0xc0, 0xaf]],
  ['overlong / in three bytes', [0xe0, 0x80, 0xaf]],
  ['overlong / in four bytes', [0xf0, 0x80, 0x80, 0xaf]],
  ['overlong / in five bytes', [0xf8, 0x80, 0x80, 0x80, 0xaf]],
  ['overlong / in six bytes', [0xfc, 0x80, 0x80, 0x80, 0x80, 0xaf]],
  ['overlong U+007F', [0xc1, 0xbf]],
  ['overlong U+07FF', [0xe0, 0x9f, 0xbf]],
  ['overlong U+FFFF', [0xf0, 0x8f, 0xbf, 0xbf]],
  ['overlong NUL in two bytes', [0xc0, 0x80]],
  ['overlong NUL in three bytes', [0xe0, 0x80, 0x80]],
  ['overlong NUL in four bytes', [0xf0, 0x80, 0x80, 0x80]],
  ['the surrogate D800', [0xed, 0xa0, 0x80]],
  ['the surrogate DB7F', [0xed, 0xad, 0xbf]],
  ['the surrogate DBFF', [0xed, 0xaf, 0xbf]],
  ['the surrogate DC00', [0xed, 0xb0, 0x80]],
  ['the surrogate DFFF', [0xed, 0xbf, 0xbf]],
  ['a pair of surrogates (CESU-8)', [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80]],
  ['U+110000, one beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ['U+13FFFF', [0xf4, 0xbf, 0xbf, 0xbf]],
  ['U+140000', [0xf5, 0x80, 0x80, 0x80]],
  ['U+1FFFFF', [0xf7, 0xbf, 0xbf, 0xbf]],
  ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['six bytes', [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]],
];

const around = (bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('{"id":7,"type":"'), Buffer.from(bytes), Buffer.from('"}')]);

test.each(INVALID_UTF8)('UTF-8: %s in a text fails (8.1)', async (_why, bytes) => {
  expect(await fateOf(text(around(bytes)), NOT_UTF8)).toBe(FAILED);
});

test.each(INVALID_UTF8.filter(([, bytes]) => bytes.length > 1))(
  'UTF-8: %s, parted over two fragments, fails',
  async (_why, bytes) => {
    const message = around(bytes);
    expect(
      await fateOf(fragments(OPCODE.text, [message.subarray(0, 17), message.subarray(17)]), NOT_UTF8),
    ).toBe(FAILED);
  },
);

test.each<[why: string, bytes: readonly number[]]>([
  ['two bytes cut after one', [0xc3]],
  ['three bytes cut after one', [0xe2]],
  ['three bytes cut after two', [0xe2, 0x82]],
  ['four bytes cut after one', [0xf0]],
  ['four bytes cut after two', [0xf0, 0x9f]],
  ['four bytes cut after three', [0xf0, 0x9f, 0xa5]],
])('UTF-8: a text that ends in %s fails', async (_why, bytes) => {
  expect(await fateOf(text(Buffer.concat([Buffer.from(COMMAND), Buffer.from(bytes)])), NOT_UTF8)).toBe(
    FAILED,
  );
});

test('UTF-8: a bad byte at the end of 65,535 good ones fails', async () => {
  expect(await fateOf(text(Buffer.concat([Buffer.from(padded(65_535)), Buffer.of(0xff)])), NOT_UTF8)).toBe(
    FAILED,
  );
});

test('UTF-8: a byte order mark is no part of JSON and is refused with words', async () => {
  expect(await reactionTo(text(`\ufeff${COMMAND}`))).toEqual(['bad_message', OPEN]);
});

/* ------------------------------------------------------------------------------------------------- closing */

const closing = (payload: Uint8Array): Buffer => frame({ opcode: OPCODE.close, payload });

test('close: without a body it is answered without one, and the server closes TCP (5.5.1, 7.1.1)', async () => {
  const words = await reactionTo(closing(closeBody()), { marker: false });
  // uWebSockets.js answers 1000 where the RFC says "typically echoes the status code it received"; both mean a normal end.
  expect([
    ['close', DROPPED],
    ['close 1000', DROPPED],
  ]).toContainEqual(words);
});

const CLOSE_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] as const;

test.each(CLOSE_CODES)('close: %i is answered with the same code or none, and TCP ends', async (code) => {
  const words = await reactionTo(closing(closeBody(code, 'bye')), { marker: false });
  // uWebSockets.js answers 3000 to 3999 with an empty Close: legal, "typically" is the RFC's word for the echo (5.5.1).
  expect([
    ['close', DROPPED],
    [`close ${code}`, DROPPED],
  ]).toContainEqual(words);
});

test.each<[why: string, reason: string]>([
  ['no reason', ''],
  ['a reason of 123 bytes, the longest', 'x'.repeat(123)],
  ['a reason with Spanish', '¡adiós, señor!'],
  ['a reason with an emoji', '👋'],
])('close: 1000 with %s', async (_why, reason) => {
  expect(await reactionTo(closing(closeBody(1000, reason)), { marker: false })).toEqual([
    'close 1000',
    DROPPED,
  ]);
});

/** 7.4.1, 7.4.2: not to be sent, not assigned, or out of range. 1005, 1006 and 1015 must never be on the wire. */
const ILLEGAL_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] as const;

test.each(ILLEGAL_CODES)(
  'close: %i, which nobody may send, ends the connection and is not echoed',
  async (code) => {
    const words = await reactionTo(closing(closeBody(code)), { marker: false });
    expect(words.at(-1)).toBe(DROPPED);
    expect(['close', 'close 1000', 'close 1002']).toEqual(expect.arrayContaining(words.slice(0, -1)));
  },
);

test('close: a body of one byte ends the connection (5.5.1)', async () => {
  const words = await reactionTo(closing(Buffer.of(3)), { marker: false });
  expect(words.at(-1)).toBe(DROPPED);
  expect(['close', 'close 1000', 'close 1002']).toEqual(expect.arrayContaining(words.slice(0, -1)));
});

test.each(INVALID_UTF8.filter((_row, index) => index % 4 === 0))(
  'close: a reason with %s ends the connection (5.5.1)',
  async (_why, bytes) => {
    const words = await reactionTo(closing(closeBody(1000, Buffer.from(bytes))), { marker: false });
    expect(words.at(-1)).toBe(DROPPED);
    expect(['close', 'close 1000', 'close 1002', 'close 1007']).toEqual(
      expect.arrayContaining(words.slice(0, -1)),
    );
  },
);

test.each<[what: string, bytes: Buffer]>([
  ['a message', text(COMMAND)],
  ['a ping', frame({ opcode: OPCODE.ping, payload: 'Hello' })],
  ['a second close', closing(closeBody(1001))],
  ['nonsense', Buffer.alloc(64, 0xff)],
])('close: %s after it is not looked at (5.5.1)', async (_what, bytes) => {
  const words = await reactionTo(Buffer.concat([closing(closeBody(1000)), bytes]), { marker: false });
  // The close answer may be lost: TCP resets a connection that is closed with bytes unread.
  expect([['close 1000', DROPPED], [DROPPED]]).toContainEqual(words);
});

test('close: a message before it is answered first', async () => {
  const bytes = Buffer.concat([text(COMMAND), closing(closeBody(1000))]);
  expect(await reactionTo(bytes, { marker: false })).toEqual(['not_ready', 'close 1000', DROPPED]);
});

test('close: TCP ended in the middle of a frame takes nobody with it', async () => {
  const connection = await RawConnection.handshaken(server.port);
  connection.socket.end(text(COMMAND).subarray(0, 9));
  await connection.ended;
  expect(await connection.frame()).toBeUndefined();
});

test('close: TCP reset in the middle of a message takes nobody with it', async () => {
  const connection = await RawConnection.handshaken(server.port);
  connection.send(begun);
  connection.socket.resetAndDestroy();
  await connection.ended;
  expect(await connection.frame()).toBeUndefined();
});
