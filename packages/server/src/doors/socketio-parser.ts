/**
 * Socket.IO's packets as this mixer reads and writes them: too long a message is not parsed, and an answer whose JSON is
 * made already is not made again.
 */
import { MESSAGE_BYTES_MAX } from '@foldback/protocol';
import { Decoder, Encoder, PacketType, type Packet } from 'socket.io-parser';
import { MadeAnswer } from './made-answer.ts';

/** Stands for the body of a message that was too long to be read. */
export class TooLong {
  readonly bytes: number;

  constructor(bytes: number) {
    this.bytes = bytes;
  }
}

/** An event, with the number of its acknowledgement when it wants one (socket.io-protocol 5). */
const EVENT_HEAD = /^2(\d*)\[/;

class SparingDecoder extends Decoder {
  /** @throws Error when what is too long is no event: the connection is then closed */
  override add(packet: unknown): void {
    const bytes = typeof packet === 'string' ? Buffer.byteLength(packet) : 0;
    if (bytes <= MESSAGE_BYTES_MAX) {
      super.add(packet);
      return;
    }
    const head = EVENT_HEAD.exec(String(packet));
    if (!head) throw new Error('too long a packet');
    const id = head[1] === '' ? {} : { id: Number(head[1]) };
    this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/', data: ['', new TooLong(bytes)], ...id });
  }
}

class SparingEncoder extends Encoder {
  override encode(packet: Packet): unknown[] {
    const data = packet.data as unknown;
    const [first] = Array.isArray(data) ? (data as unknown[]) : [];
    return packet.type === PacketType.ACK && first instanceof MadeAnswer
      ? [`${PacketType.ACK}${packet.id}[${first.json}]`]
      : super.encode(packet);
  }
}

export const parser = { Decoder: SparingDecoder, Encoder: SparingEncoder };
