/** Which pair plays whose mix, from the output records: a pair plays one mix, and a mix plays on one pair. */
import { THIS_COMPUTER, type RecordOf } from '@foldback/protocol';

/** The pair an output record is about; undefined when it is another computer's. */
export function pairOf(id: string): number | undefined {
  const end = id.lastIndexOf('/');
  return id.slice(0, end) === THIS_COMPUTER ? Number(id.slice(end + 1)) : undefined;
}

export class OutputPairs {
  readonly #players = new Map<number, string>();
  readonly #pairs = new Map<string, number>();

  /** An output record has become another. */
  note(id: string, after: RecordOf<'output'> | undefined): void {
    const pair = pairOf(id);
    if (pair === undefined) return;
    const was = this.#players.get(pair);
    if (was !== undefined && this.#pairs.get(was) === pair) this.#pairs.delete(was);
    const player = after?.value.client_id ?? null;
    if (player === null) {
      this.#players.delete(pair);
    } else {
      this.#players.set(pair, player);
      this.#pairs.set(player, pair);
    }
  }

  /** Whose mix a pair plays. */
  playerOf(pair: number): string | undefined {
    return this.#players.get(pair);
  }

  /** Where somebody's mix plays. */
  pairOf(clientId: string): number | undefined {
    return this.#pairs.get(clientId);
  }

  /** The lowest of so many pairs that plays nobody. */
  firstFree(pairs: number): number | undefined {
    for (let pair = 0; pair < pairs; pair++) if (!this.#players.has(pair)) return pair;
    return undefined;
  }
}
