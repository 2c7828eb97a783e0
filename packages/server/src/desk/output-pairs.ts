/**
 * Which pair plays whose mix, from the output records: a pair plays one mix, and a mix plays on one pair. Where records of
 * different times give somebody two, the newest counts, and the other is free until that one is left.
 */
import { THIS_COMPUTER, type RecordOf } from '@foldback/protocol';

/** The pair an output record is about; undefined when it is another computer's. */
export function pairOf(id: string): number | undefined {
  const end = id.lastIndexOf('/');
  return id.slice(0, end) === THIS_COMPUTER ? Number(id.slice(end + 1)) : undefined;
}

export class OutputPairs {
  /** By pair, whom its record names. */
  readonly #claims = new Map<number, string>();
  /** By client, the pair they play on. */
  readonly #pairs = new Map<string, number>();

  /** An output record has become another. */
  note(id: string, after: RecordOf<'output'> | undefined): void {
    const pair = pairOf(id);
    if (pair === undefined) return;
    const was = this.#claims.get(pair);
    const player = after?.value.client_id ?? null;
    if (player === null) this.#claims.delete(pair);
    else this.#claims.set(pair, player);
    if (was !== undefined && was !== player && this.#pairs.get(was) === pair) this.#fallBack(was);
    if (player !== null) this.#pairs.set(player, pair);
  }

  #fallBack(clientId: string): void {
    this.#pairs.delete(clientId);
    for (const [pair, player] of this.#claims) if (player === clientId) this.#pairs.set(clientId, pair);
  }

  /** Whose mix a pair plays. */
  playerOf(pair: number): string | undefined {
    const player = this.#claims.get(pair);
    return player !== undefined && this.#pairs.get(player) === pair ? player : undefined;
  }

  /** Where somebody's mix plays. */
  pairOf(clientId: string): number | undefined {
    return this.#pairs.get(clientId);
  }
}
