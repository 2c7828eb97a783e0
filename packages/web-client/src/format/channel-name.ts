/** What a channel is called: the name people gave it, or its number in words. */
import type { DeviceSummary } from '@foldback/protocol';
import { words } from '../i18n/words.ts';

export const channelName = (device: DeviceSummary | undefined, channel: number): string =>
  device?.inputs[channel]?.name || words.channel(String(channel + 1));
