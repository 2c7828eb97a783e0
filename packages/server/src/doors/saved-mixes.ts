/** What everybody has saved, for whoever asks: megabytes in a big house, made in slices so that no fader waits for it. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { CommandAnswer } from '@foldback/protocol';
import type { Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import { listed } from '../desk/listed.ts';
import { MadeAnswer } from './made-answer.ts';
import { NextMade } from './next-made.ts';

/** So many mixes of 64 channels take about a millisecond. */
const SLICE_CLIENTS = 50;

type SavedMix = CommandAnswer<'get_saved_channels_state'>['data'][string];

const savedMixOf = ({ mix, changed_at }: Client): SavedMix => ({
  channels: [...mix.channels],
  gains: mix.gains,
  pans: mix.pans,
  mutes: mix.mutes,
  solos: [...mix.solos],
  master_gain: mix.master_gain,
  timestamp: changed_at,
});

export class SavedMixes {
  readonly #desk: Desk;
  readonly #next = new NextMade(() => this.#make());

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  of(clientId: string): CommandAnswer<'get_saved_channels_state'> {
    const data = this.#desk.isKept(clientId) ? { [clientId]: savedMixOf(this.#desk.get(clientId)) } : {};
    return { data, count: Object.keys(data).length };
  }

  everybodys(): Promise<MadeAnswer> {
    return this.#next.get();
  }

  async #make(): Promise<MadeAnswer> {
    const entries: string[] = [];
    for (const client of [...listed(this.#desk.world)].filter(({ id }) => this.#desk.isKept(id))) {
      entries.push(`${JSON.stringify(client.id)}:${JSON.stringify(savedMixOf(client))}`);
      if (entries.length % SLICE_CLIENTS === 0) await letOthersIn();
    }
    return MadeAnswer.ofEntries('{"data":{', entries, `},"count":${entries.length}}`);
  }
}
