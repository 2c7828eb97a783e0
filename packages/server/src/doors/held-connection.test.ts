/** What one turn of the loop brings goes to each Socket.IO client in one write. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { enginePacket, TurnWriter, type Connection } from './held-connection.ts';
import { MadeAnswer } from './made-answer.ts';

/** Engine.IO as far as it is written to: what it was given since the last write, and what each write took. */
class WrittenTo {
  readyState = 'open';
  writeBuffer: { data: string }[] = [];
  readonly writes: string[][] = [];
  readonly said: string[] = [];
  readonly frames: [bytes: Buffer, isBinary: boolean][] = [];
  /** Taken by uWebSockets.js, and not by the client. */
  buffered = 0;
  #corks = 0;
  readonly transport = {
    writable: true,
    socket: {
      send: (bytes: Buffer, isBinary: boolean) => void this.frames.push([bytes, isBinary]),
      getBufferedAmount: () => this.buffered,
      cork: (write: () => void) => {
        this.#corks++;
        write();
        this.#corks--;
      },
    },
  };

  flush(): void {
    if (this.#corks !== 1) throw new Error('a write of its own for each packet');
    this.writes.push(this.writeBuffer.splice(0).map(({ data }) => data));
  }

  write(data: string): this {
    this.said.push(`at once: ${data}`);
    return this;
  }

  close(): void {
    this.said.push('closed');
    this.readyState = 'closed';
  }
}

/** @param nowMs stands still when absent */
function held(nowMs = () => 0) {
  const connection = new WrittenTo();
  const writer = new TurnWriter(nowMs);
  return { connection, writer, held: writer.hold(connection as unknown as Connection) };
}

/** Within the turn. */
const nextMessage = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

test('all that a turn brings is one write, in the order it came, whoever said it', async () => {
  const { connection, held: phone } = held();
  phone.push(enginePacket('change 1'));
  connection.write('answer'); // as Socket.IO does
  phone.push(enginePacket('change 2'));
  expect(connection.writes).toEqual([]);
  await nextTurn();
  expect(connection.writes).toEqual([['change 1', 'answer', 'change 2']]);
  expect(connection.said).toEqual([]);
});

test('after a silence a change goes at once, and those that follow it in the turn go together', async () => {
  const { connection, held: phone } = held();
  phone.push(enginePacket('change 1'));
  await nextMessage();
  expect(connection.writes).toEqual([['change 1']]);
  for (const change of ['change 2', 'change 3']) {
    await nextMessage();
    phone.push(enginePacket(change));
  }
  expect(connection.writes).toHaveLength(1);
  await nextTurn();
  expect(connection.writes.slice(1)).toEqual([['change 2', 'change 3']]);
});

test('one packet serves all phones: it is not made anew for each', async () => {
  const { connection, held: phone, writer } = held();
  const other = new WrittenTo();
  const sent: object[] = [];
  connection.flush = () => void sent.push(...connection.writeBuffer.splice(0));
  other.flush = () => void sent.push(...other.writeBuffer.splice(0));
  const packet = enginePacket('change');
  phone.push(packet);
  writer.hold(other as unknown as Connection).push(packet);
  await nextTurn();
  expect(sent).toEqual([packet, packet]);
  expect(sent.every((each) => each === packet)).toBe(true);
  expect(packet.options.wsPreEncoded).toBe('4change');
});

test('what is too long for one write goes in several, each of them full', async () => {
  const { connection, held: phone } = held();
  const long = 'x'.repeat(5 * 1024);
  for (let packet = 0; packet < 5; packet++) phone.push(enginePacket(long));
  phone.push(enginePacket('y'.repeat(100_000)));
  await nextTurn();
  expect(connection.writes.map((packets) => packets.length)).toEqual([2, 2, 1, 1]);
});

describe('a long one that is made already', () => {
  const long = MadeAnswer.of('x'.repeat(20_000));

  test('goes as the same bytes to all, in its place between the others', async () => {
    const { connection, held: phone, writer } = held();
    const other = new WrittenTo();
    const packet = enginePacket(long);
    const order: string[] = [];
    connection.flush = () => void order.push(...connection.writeBuffer.splice(0).map(({ data }) => data));
    connection.transport.socket.send = (bytes) => {
      order.push('long');
      connection.frames.push([bytes, false]);
    };
    phone.push(enginePacket('before'));
    phone.push(packet);
    phone.push(enginePacket('after'));
    writer.hold(other as unknown as Connection).push(packet);
    await nextTurn();
    expect(order).toEqual(['before', 'long', 'after']);
    const [[bytes] = []] = connection.frames;
    expect(bytes?.toString()).toBe(`4${long.json}`);
    expect(other.frames).toEqual([[bytes, false]]);
    expect(other.frames[0]?.[0]).toBe(bytes);
    expect(other.writes).toEqual([]);
  });

  test('goes to a client that polls, or that has something waiting before it, as Engine.IO sends it', async () => {
    const { connection, held: phone } = held();
    connection.transport.writable = false;
    phone.push(enginePacket(long));
    await nextTurn();
    expect(connection.writes).toEqual([[long.json]]);
    expect(connection.frames).toEqual([]);
  });

  test('goes with others where it is short', async () => {
    const { connection, held: phone } = held();
    phone.push(enginePacket(MadeAnswer.of('short')));
    phone.push(enginePacket('after'));
    await nextTurn();
    expect(connection.writes).toEqual([['short', 'after']]);
  });
});

test('what is held counts as not taken, until it is written', async () => {
  const { connection, held: phone } = held();
  connection.buffered = 1_000;
  expect(phone.bufferedBytes()).toBe(1_000);
  phone.push(enginePacket('12345'));
  phone.push(enginePacket('678'));
  expect(phone.bufferedBytes()).toBe(1_008);
  await nextTurn();
  expect(phone.bufferedBytes()).toBe(1_000);
});

test('a connection that is closed is first told what was held for it, and nothing afterwards', async () => {
  const { connection, held: phone } = held();
  phone.push(enginePacket('too many messages'));
  connection.close();
  phone.push(enginePacket('late'));
  await nextTurn();
  expect(connection.writes).toEqual([['too many messages']]);
  expect(connection.said).toEqual(['closed']);
  expect(phone.bufferedBytes()).toBe(0);
});

test('writing to many keeps the loop from nothing else for long: the rest is written in the next turn', async () => {
  let now = 0;
  const { connection: first, held: phone, writer } = held(() => (now += 3));
  const others = [new WrittenTo(), new WrittenTo(), new WrittenTo()];
  const written = () => [first, ...others].map(({ writes }) => writes.length);
  const packet = enginePacket('change');
  phone.push(packet);
  for (const other of others) writer.hold(other as unknown as Connection).push(packet);
  await nextMessage();
  expect(written()).toEqual([1, 1, 0, 0]);
  await nextTurn();
  expect(written()).toEqual([1, 1, 1, 1]);
});

test('a client that comes anew on its connection is held by the same', () => {
  const { connection, held: phone, writer } = held();
  expect(writer.hold(connection as unknown as Connection)).toBe(phone);
});
