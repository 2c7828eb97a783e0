/**
 * SPEC C5 under fire: thousands of bad messages on each door. Each gets exactly one answer (or the close that the protocol
 * below demands), nothing it does is seen in another mix, and what it changes of its own is always a valid mix.
 *
 * FOLDBACK_FUZZ_MESSAGES and FOLDBACK_FUZZ_SEED ask for more of them, or others.
 */
import * as v from 'valibot';
import { commands, type AnswerMessage, type EventBody, type EventMessage } from '@foldback/protocol';
import { freshAddress } from '../support/addresses.ts';
import { AnswerBook } from '../support/answer-book.ts';
import { fuzzedMessage } from '../support/fuzz.ts';
import { nativeDoor, socketIoDoor, type FuzzDoor, type FuzzLine } from '../support/fuzz-doors.ts';
import { NativeClient } from '../support/native-client.ts';
import { residentBytes } from '../support/process-usage.ts';
import { randomFrom } from '../support/random.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const MESSAGES = Number(process.env['FOLDBACK_FUZZ_MESSAGES'] ?? 10_000);
const SEED = Number(process.env['FOLDBACK_FUZZ_SEED'] ?? 5);
/** An honest burst: below what the rate limit lets through at once. Each comes from an address of its own, so that none is a flood. */
const MESSAGES_PER_CONNECTION = 900;
const MESSAGES_AT_ONCE = 50;
/** A door that has said nothing for so long has nothing to say. */
const SILENCE_MS = 3_000;
/** Enough to see what is wrong. */
const FAULTS_MAX = 10;
/** Ten seconds, and for each message 5 ms: some twenty times what it takes. */
const TIMEOUT_MS = 10_000 + MESSAGES * 5;
/** What a process that leaks nothing may grow by, heap generations and SQLite's cache included. */
const GROWTH_BYTES_MAX = 192 * 1024 * 1024;

const DOORS: readonly FuzzDoor[] = [nativeDoor, socketIoDoor];

/** Ends a connection on which nothing comes any more, so that what is missing is found and named. */
async function within<Value>(line: FuzzLine, waiting: Promise<Value>): Promise<Value> {
  const silence = setTimeout(() => line.leave(), SILENCE_MS);
  try {
    return await waiting;
  } finally {
    clearTimeout(silence);
  }
}

async function settle(line: FuzzLine, book: AnswerBook): Promise<boolean> {
  while (book.outstanding > 0) {
    const answer = await within(line, line.next());
    if (!answer) {
      book.close();
      return false;
    }
    book.answer(answer);
  }
  return true;
}

async function fuzz(door: FuzzDoor, port: number, count: number, book: AnswerBook): Promise<void> {
  const next = randomFrom(SEED);
  let sent = 0;
  while (sent < count && book.faults.length < FAULTS_MAX) {
    const line = await door.open(port, 'fuzzer', freshAddress());
    const last = Math.min(count, sent + MESSAGES_PER_CONNECTION);
    let isOpen = true;
    while (isOpen && sent < last) {
      const bytes = door.encode(fuzzedMessage(next), ++sent);
      const debt = door.debtOf(bytes);
      if (debt.kind === 'answer') {
        book.ask(debt.asked);
        line.send(bytes);
        if (sent % MESSAGES_AT_ONCE === 0) isOpen = await settle(line, book);
        continue;
      }
      isOpen = (await settle(line, book)) && debt.kind === 'end';
      line.send(bytes);
      if (debt.kind === 'end') {
        isOpen = false;
        const answer = await within(line, line.next());
        if (answer) book.faults.push(`answered instead of ended: ${bytes.toString('latin1', 0, 200)}`);
        await within(line, line.ended);
      }
    }
    // One more question: an answer too many would come before its answer.
    if (isOpen) {
      book.ask({ re: 0, type: 'ping', body: {}, shown: 'the last ping' });
      line.send(door.encode({ type: '"ping"', body: '{}' }, 0));
      await settle(line, book);
    }
    line.leave();
  }
}

describe.each(DOORS.map((door) => [door.name, door] as const))('%s', (_name, door) => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let victim: NativeClient;
  let book: AnswerBook;

  beforeAll(async () => {
    server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
    victim = await NativeClient.join(server.port, 'victim', 'Ana');
    await victim.ask('update_client_mix', {
      target_client_id: 'victim',
      channels: [0, 1, 5],
      gains: { 0: 0.123_456_789, 5: 3 },
      pans: { 1: -0.5 },
      mutes: { 5: true },
      solos: [0],
      master_gain: 0.75,
    });
  }, 60_000);

  afterAll(async () => {
    await server?.end();
    folder.remove();
  });

  test(
    `${MESSAGES.toLocaleString('en-US')} bad messages: one answer each, and nobody else notices`,
    async () => {
      const saved = JSON.stringify(await victim.ask('get_saved_channels_state', { client_id: 'victim' }));
      const heard = victim.collectEvents();
      const pair = `output/here/${victim.outputOf('victim')}`;
      /** That others come and play on their own outputs, everybody sees. */
      const isOfVictim = ({ type, body }: EventMessage): boolean => {
        if (type !== 'change') return type === 'watched';
        const { key } = body as EventBody<'change'>;
        return !key.startsWith('output/') || key === pair;
      };
      const statsBefore = await victim.ask('get_server_stats', {});
      await fuzz(door, server.port, Math.min(MESSAGES, 1_000), new AnswerBook());
      const residentBefore = residentBytes(server.pid);

      book = new AnswerBook();
      await fuzz(door, server.port, MESSAGES, book);

      expect(book.faults).toEqual([]);
      expect(book.accepted).toBeGreaterThan(MESSAGES / 20);
      // The victim's mix is the same to the last bit, and it was told of no change.
      expect(JSON.stringify(await victim.ask('get_saved_channels_state', { client_id: 'victim' }))).toBe(
        saved,
      );
      expect(heard.filter(isOfVictim)).toEqual([]);
      // The process is the same one, no larger than it may be, and the sound went on.
      expect(residentBytes(server.pid) - residentBefore).toBeLessThan(GROWTH_BYTES_MAX);
      const statsAfter = await victim.ask('get_server_stats', {});
      const callbacks = (stats: typeof statsAfter) => (stats['engine'] as { callbacks: number }).callbacks;
      expect(callbacks(statsAfter)).toBeGreaterThan(callbacks(statsBefore));
      expect(server.output).not.toMatch(/unforeseen|cannot be read| failed/);
    },
    TIMEOUT_MS,
  );

  test('every mix that came of it is a valid one', async () => {
    const all = await victim.ask('get_saved_channels_state', {});
    expect(all.count).toBeGreaterThan(1);
    expect(v.safeParse(commands.get_saved_channels_state.answer, all).issues).toBeUndefined();
  });
});

describe('the judge itself', () => {
  const valid = { re: 7, type: 'ping', body: {}, shown: 'a ping' };
  const invalid = { re: 7, type: 'update_gain', body: { channel: 0, gain: 11 }, shown: 'a gain of 11' };
  const pong = { timestamp: 1, server_timestamp: 2 };
  const error = { code: 'invalid', field: 'gain', message: 'gain must be a number from 0 to 10' } as const;

  test.each<[why: string, asked: typeof valid | typeof invalid, answers: unknown[]]>([
    ['no answer', valid, []],
    [
      'two answers',
      valid,
      [
        { re: 7, ok: pong },
        { re: 7, ok: pong },
      ],
    ],
    ['an answer to another question', valid, [{ re: 8, ok: pong }]],
    ['an answer to nobody', valid, [{ re: null, ok: pong }]],
    [
      'a bad message accepted',
      invalid,
      [{ re: 7, ok: { client_id: 'a', revision: 2, channel: 0, gain: 10 } }],
    ],
    [
      'an answer that is not as its schema says',
      valid,
      [{ re: 7, ok: { timestamp: 'x', server_timestamp: 2 } }],
    ],
    ['an internal error', invalid, [{ re: 7, error: { ...error, code: 'internal' } }]],
    ['an unknown code', invalid, [{ re: 7, error: { ...error, code: 'oops' } }]],
    ['no words', invalid, [{ re: 7, error: { ...error, message: '' } }]],
    ['a page of words', invalid, [{ re: 7, error: { ...error, message: 'x'.repeat(1_000) } }]],
    ['an error with a stack', invalid, [{ re: 7, error: { ...error, stack: 'at' } }]],
  ])('finds %s', (_why, asked, answers) => {
    const judge = new AnswerBook();
    judge.ask(asked);
    for (const answer of answers) judge.answer(answer as AnswerMessage);
    judge.close();
    expect(judge.faults).not.toEqual([]);
  });

  test('finds nothing wrong with right answers', () => {
    const judge = new AnswerBook();
    judge.ask(valid);
    judge.answer({ re: 7, ok: pong });
    judge.ask(invalid);
    judge.answer({ re: 7, error });
    judge.close();
    expect(judge.faults).toEqual([]);
    expect(judge.accepted).toBe(1);
  });
});
