/** Puts the page together: memory, language, connection, elements. */
import { language, memory, nextSocket, spoken } from './early.ts';
import { MixerApp } from '../app/mixer-app.ts';
import { browserClock } from '../connection/clock.ts';
import { look } from '../connection/look.ts';
import { MixerClient } from '../connection/mixer-client.ts';
import { browserScreen, ScreenAwake } from './screen-awake.ts';
import { keepForOffline, loadAgain } from './offline.ts';

document.documentElement.lang = language;

const client = new MixerClient({
  openSocket: nextSocket,
  look,
  clock: browserClock,
  memory,
  onOutdated: (protocol) => {
    // Once for each version: a server that goes on serving this page must not send it round in circles.
    if (memory.get('reloaded_for') === String(protocol)) return;
    memory.set('reloaded_for', String(protocol));
    void loadAgain();
  },
});

const screenAwake = new ScreenAwake(browserScreen);

window.addEventListener('online', () => client.wake());
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) client.wake();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  client.wake();
  void screenAwake.renew();
});
// After the first paint: what is kept for later must not stand in the way of now.
window.addEventListener('load', () => void keepForOffline());

void spoken.then(() => {
  document.body.append(new MixerApp(client, memory, screenAwake, language));
  client.start();
});
