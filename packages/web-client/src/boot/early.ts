/**
 * What must not wait for the page's script, but travels beside it: the words, the way to the server, and the parts of the page that this screen needs at once.
 */
import { chooseLanguage, speak } from '../words/words.ts';
import { browserStorage, Memory } from './memory.ts';
import { hasRoomForDesk, loadLater, loadSheet } from './parts.ts';

export const memory = new Memory(browserStorage());

export const language = chooseLanguage(memory.get('language'), navigator.languages);
/** When the words are there. */
export const spoken = speak(language);

const openSocket = (): WebSocket => new WebSocket(new URL('/ws', location.href.replace(/^http/, 'ws')));

// Also for a phone that has forgotten whose it is: the server may know.
let early: WebSocket | undefined = openSocket();

// Who is new here is asked for a name, by a sheet.
if (memory.get('name') === undefined) void loadSheet('join');
if (hasRoomForDesk(innerWidth, innerHeight)) void loadLater();

/** The first time the one that is open, or about to be. */
export function nextSocket(): WebSocket {
  const socket = early;
  early = undefined;
  return socket !== undefined && socket.readyState <= WebSocket.OPEN ? socket : openSocket();
}
