/** A mix as clients made for the older system read one (SPEC C3). */
import {
  GAIN_DEFAULT,
  kinds,
  PAN_DEFAULT,
  type EventBody,
  type Mix,
  type MixValue,
  type PerChannel,
} from '@foldback/protocol';

/** They look up every channel that is on, and know no defaults. */
function whole<Value>({ channels }: Mix, table: PerChannel<Value>, missing: Value): PerChannel<Value> {
  const defaults = Object.fromEntries(channels.map((channel) => [channel, missing]));
  return { ...defaults, ...table };
}

export const olderMix = (mix: Mix) => ({
  channels: [...mix.channels],
  gains: whole(mix, mix.gains, GAIN_DEFAULT),
  pans: whole(mix, mix.pans, PAN_DEFAULT),
  mutes: whole(mix, mix.mutes, false),
  solos: [...mix.solos],
  master_gain: mix.master_gain,
});

/** What a watched mix is to a client that knows no records: its parts side by side. */
export function flatState({ client_id, records, ...rest }: EventBody<'watched'>) {
  const mix = records.find(({ key }) => key === `mix/${client_id}`);
  const value = (mix?.value ?? kinds.mix.empty) as MixValue;
  return { client_id, revision: mix?.revision ?? 0, ...rest, ...olderMix(value), mute_all: value.mute_all };
}
