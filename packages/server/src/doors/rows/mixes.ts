/** Requests about mixes: moving them, and hearing of them. */
import { gainOf, panOf, type MixValue } from '@foldback/protocol';
import type { Client } from '../../desk/client.ts';
import type { Desk } from '../../desk/desk.ts';
import type { MixCommand } from '../../desk/steps/mix.ts';
import type { Audience } from '../audience.ts';
import { watchedOf } from '../wire-records.ts';
import { only, type Asked, type RowsFor } from './row.ts';

/** A mix as messages carry it: the same values, in tables and lists of the message's own. */
const wireMix = (mix: MixValue) => ({
  channels: [...mix.channels],
  gains: { ...mix.gains },
  pans: { ...mix.pans },
  mutes: { ...mix.mutes },
  solos: [...mix.solos],
  master_gain: mix.master_gain,
  mute_all: mix.mute_all,
});

export function mixRows(desk: Desk, audience: Audience): RowsFor<MixCommand | 'watch_mix' | 'unwatch_mix'> {
  const edit = <T extends MixCommand>(type: T, { target, body, who, gesture }: Asked<T>): Client =>
    desk.run(type, target, body, who, gesture);
  const stamp = ({ id, revision }: Client) => ({ client_id: id, revision });

  return {
    watch_mix: ({ phone, target }) => {
      const { id } = desk.get(target);
      audience.subscribe(phone, `mix/${id}`);
      return watchedOf(desk, id);
    },
    unwatch_mix: ({ phone, who, target }) => {
      if (target !== who.clientId) audience.unsubscribe(phone, `mix/${target}`);
      return { client_id: target };
    },
    update_gain: (asked) => {
      const client = edit('update_gain', asked);
      const { channel } = asked.body;
      return { ...stamp(client), channel, gain: gainOf(client.mix, channel) };
    },
    update_pan: (asked) => {
      const client = edit('update_pan', asked);
      const { channel } = asked.body;
      return { ...stamp(client), channel, pan: panOf(client.mix, channel) };
    },
    toggle_mute: (asked) => ({
      ...stamp(edit('toggle_mute', asked)),
      ...only(asked.body, 'channel', 'muted'),
    }),
    toggle_solo: (asked) => ({
      ...stamp(edit('toggle_solo', asked)),
      ...only(asked.body, 'channel', 'soloed'),
    }),
    toggle_channel: (asked) => ({
      ...stamp(edit('toggle_channel', asked)),
      ...only(asked.body, 'channel', 'on'),
    }),
    update_master_gain: (asked) => {
      const client = edit('update_master_gain', asked);
      return { ...stamp(client), master_gain: client.mix.master_gain };
    },
    update_client_mix: (asked) => {
      const client = edit('update_client_mix', asked);
      return { ...stamp(client), mix: wireMix(client.mix) };
    },
    mute_all: (asked) => {
      const client = edit('mute_all', asked);
      return { ...stamp(client), muted: client.mix.mute_all };
    },
  };
}
