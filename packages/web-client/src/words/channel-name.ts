/** What a channel is called: the name people gave it, or its number in words. */
import { type InterfaceSummary, shownText } from '@foldback/protocol';
import { words } from './words.ts';

export const channelName = (audioInterface: InterfaceSummary | undefined, channel: number): string =>
  shownText(audioInterface?.inputs[channel]?.name ?? '') || words.channel(String(channel + 1));
