/** Everything wired together: load state, open the engine, play every mix, then let phones in. */
import type { DeviceSummary, Notice } from '@foldback/protocol';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Devices } from './access/devices.ts';
import { Origins } from './access/origins.ts';
import { ChangeLog, outputName } from './change-log.ts';
import type { ServerSettings } from './config.ts';
import type { Client } from './desk/client.ts';
import { Desk } from './desk/desk.ts';
import { Audience } from './doors/audience.ts';
import { Conversation } from './doors/conversation.ts';
import { HttpDoor } from './doors/http.ts';
import { ListTeller } from './doors/list-teller.ts';
import { MeterPump } from './doors/meter-pump.ts';
import { NativeDoor } from './doors/native-door.ts';
import { SocketIoDoor } from './doors/socketio-door.ts';
import { Broadcast } from './doors/phone.ts';
import { clientListOf, displayName, Requests, type Arrival } from './doors/requests.ts';
import { loadStaticFiles } from './doors/static-files.ts';
import type { AudioWish } from './engine/audio-wish.ts';
import type { StreamInfo } from './engine/engine.ts';
import { EngineKeeper } from './engine/engine-keeper.ts';
import type { DeviceNews } from './engine/interface-watch.ts';
import { MixPlayer } from './engine/mix-player.ts';
import { NoticeBoard } from './notice-board.ts';
import { recordActWith, Recordings } from './recordings.ts';
import { stateActsWith } from './state-acts.ts';
import { systemClock } from './store/clock.ts';
import { ControlSocket, type ServerActs } from './store/control-socket.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import type { Loaded, StoreNotice } from './store/state-store.ts';

/** Run from source, Vite's output; packed, its copy beside the bundle (rolldown.config.mjs). */
const PAGE_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../web-client/dist' : 'web', import.meta.url),
);
const STALL_CHECK_MS = 1000;
/** On the way out the sound goes gently. */
const FADE_OUT_MS = 80;

const SOURCES: Readonly<Record<Loaded['source'], string>> = {
  store: 'the saved state',
  backup: 'a backup',
  mirror: 'channels_state.json',
  empty: 'nowhere: this is a fresh start',
};

const DEVICE_NEWS_LEVELS: Readonly<Record<DeviceNews['code'], 'error' | 'warn' | 'info'>> = {
  device_lost: 'error',
  device_back: 'info',
  device_adjusted: 'warn',
  device_as_set: 'info',
  device_offered: 'info',
  offer_over: 'info',
};

const RESTORED: Readonly<Record<Arrival['restoredFrom'], (client: Client) => string>> = {
  store: ({ mix }) => `their mix of ${mix.channels.length} channels`,
  archive: ({ mix }) => `their mix of ${mix.channels.length} channels from the archive`,
  'devices.json': () => 'their mix from devices.json',
  defaults: () => 'a new, empty mix',
};

export interface RunningServer {
  readonly port: number;
  /** Addresses a phone can be pointed at. */
  readonly urls: readonly string[];
  /** Flushes what is unsaved, fades the sound out, lets everything go. @returns whether everything is saved */
  stop(): Promise<boolean>;
}

export interface ServerParts {
  readonly log: Logger;
  readonly version: string;
}

export async function startServer(settings: ServerSettings, parts: ServerParts): Promise<RunningServer> {
  const { log, version } = parts;
  const startedAt = performance.now();
  const monotonicMs = () => performance.now();

  const notices = new NoticeBoard();
  let inputNames: readonly string[] = [];
  const changeLog = new ChangeLog(log, (channel) => inputNames[channel] ?? `channel ${channel + 1}`);

  const store = new SqliteStore({
    directory: settings.config,
    listener: {
      saved(revisions) {
        for (const { id, revision } of revisions) desk.noteSaved(id, revision);
      },
      archived: (clients) => desk.noteArchived(clients),
      notice(storeNotice) {
        logNotice(log, storeNotice);
        const notice = notices.post(storeNotice);
        if (notice) audience.showAll(new Broadcast('notice', notice));
      },
    },
  });
  const tellAll = (notice: Omit<Notice, 'at'>) =>
    audience.showAll(new Broadcast('notice', notices.put({ ...notice, at: Date.now() })));
  const desk: Desk = new Desk({
    now: Date.now,
    autoRoute: settings.autoRoute,
    outlets: {
      hear: (before, after) => player.play(before, after),
      show(change) {
        audience.showChange(change);
        const authorName = desk.find(change.author.clientId)?.name ?? change.author.name;
        changeLog.note(change.after.id, displayName(change.after), authorName, change.changes);
      },
      showList: () => listTeller.tell(),
      showSaved: (id, revision) => audience.showSaved(id, revision),
      store,
    },
  });
  const audience = new Audience(desk, monotonicMs, settings.maxPhones);
  const listTeller = new ListTeller(audience, () => clientListOf(desk, Date.now()));
  let openedAt = 0;
  const engine = new EngineKeeper({
    directory: settings.config,
    graceS: settings.hostGraceS,
    wish: wishOf(settings),
    log,
    sound: {
      opened(stream) {
        inputNames = stream.inputNames;
        desk.setStage({ inputs: stream.inputs, outputPairs: Math.floor(stream.outputs / 2) });
        audience.showAll(new Broadcast('device', deviceSummary(stream)));
        openedAt = performance.now();
        return player.worldOn(stream);
      },
      tell(news) {
        log[DEVICE_NEWS_LEVELS[news.code]](news.message);
        tellAll(news);
      },
      tracksSkipped(messages) {
        for (const message of messages) log.error(`Not played: ${message}`);
        tellAll({ code: 'tracks_skipped', message: messages.join('; ') });
      },
    },
  });
  const player = new MixPlayer(engine, desk, log);

  const loadingAt = performance.now();
  const loaded = await store.load();
  desk.restore(loaded);
  const devices = new Devices({ now: Date.now, record: (claim) => store.recordClaim(claim) });
  devices.restore(loaded.claims);
  let restoringMs = performance.now() - loadingAt;

  await engine.start();
  restoringMs += performance.now() - openedAt; // every mix is set; opening the device is another matter
  const recordings = new Recordings({
    engine,
    stream: () => engine.stream,
    folder: settings.recordFolder ?? join(settings.config, 'recordings'),
    log,
    tell: tellAll,
    clock: systemClock,
  });
  await recordings.resume();
  logRestored(log, loaded, desk, restoringMs);
  applyRoutes(settings, desk, log);

  const stats = async () => ({
    version,
    uptime_s: Math.round((performance.now() - startedAt) / 1000),
    clients: desk.size,
    phones: audience.size,
    store: store.health(),
    notices: notices.standing(),
    engine: await engine.stats(),
  });
  const requests = new Requests({
    desk,
    audience,
    store,
    device: () => deviceSummary(engine.stream),
    useDevice: async (name) => deviceSummary(await engine.use(name)),
    notices: () => notices.standing(),
    recordings,
    stats,
    version,
    clock: systemClock,
    devices: settings.open ? undefined : devices,
    onArrival: (arrival) => logArrival(log, arrival),
    warn: (message) => log.warn(message),
  });

  const conversation = new Conversation(requests, audience, log, monotonicMs);

  let port = settings.port;
  const origins = new Origins(() => port, settings.allowedOrigins);
  const http = new HttpDoor({
    files: loadStaticFiles(PAGE_FOLDER),
    origins,
    health: async () => ({ ok: true, ...(await stats()) }),
    attach(app) {
      const door = { conversation, audience, origins, tellList: () => listTeller.tell() };
      new NativeDoor(app, door);
      new SocketIoDoor(app, door);
    },
  });
  port = await http.listen(settings.host, settings.port);

  const acts: ServerActs = { ...stateActsWith(desk, store), record: recordActWith(recordings) };
  const control = await openControl(settings.config, acts, log);
  const meters = new MeterPump(engine, audience, (id) => desk.mixNumber(id), log);
  meters.start();
  const stallTimer = setInterval(() => audience.tendStalled(), STALL_CHECK_MS);

  return {
    port,
    urls: urlsOf(settings.host, port),
    async stop() {
      meters.stop();
      recordings.close();
      clearInterval(stallTimer);
      listTeller.stop();
      http.close();
      changeLog.flush();
      await control?.close();
      const closing = engine.close({ fadeMs: FADE_OUT_MS }).catch((error: unknown) => {
        log.error({ err: error }, 'The engine host is left to itself: it does not end');
      });
      const [isSaved] = await Promise.all([store.close(), closing]);
      return isSaved;
    },
  };
}

/** The way in for `foldback state` and `foldback record`. A server without it runs all the same. */
async function openControl(
  directory: string,
  acts: ServerActs,
  log: Logger,
): Promise<ControlSocket | undefined> {
  try {
    return await ControlSocket.open(directory, acts);
  } catch (error) {
    log.warn(
      { err: error },
      'Commands from this computer (foldback state, foldback record) cannot reach this server',
    );
    return undefined;
  }
}

function wishOf({ device, sampleRate, block, multitrack, multitrackOnce }: ServerSettings): AudioWish {
  return {
    device,
    sampleRateHz: sampleRate,
    blockFrames: block,
    multitrack: multitrack === undefined ? undefined : { folder: resolve(multitrack), loop: !multitrackOnce },
  };
}

function deviceSummary(stream: StreamInfo): DeviceSummary {
  return {
    name: stream.deviceName,
    host_api: stream.hostApi,
    sample_rate: stream.sampleRateHz,
    inputs: stream.inputNames.map((name) => ({ name })),
    output_pairs: Math.floor(stream.outputs / 2),
  };
}

function logNotice(log: Logger, { level, code, message }: StoreNotice): void {
  log[level]({ code }, message);
}

/** @param ms what reading the state and setting every mix took; opening the device is another matter */
function logRestored(log: Logger, { source }: Loaded, desk: Desk, ms: number): void {
  const count = desk.size;
  if (count === 0) {
    log.info('No saved mixes yet: every musician who comes gets one');
    return;
  }
  const who = [...desk.clients()].slice(0, 8).map(displayName).join(', ');
  const others = count > 8 ? ` and ${count - 8} more` : '';
  log.info(
    `Restored ${count} ${count === 1 ? 'mix' : 'mixes'} from ${SOURCES[source]} in ${ms.toFixed(0)} ms: ${who}${others}`,
  );
}

function logArrival(log: Logger, { client, restoredFrom }: Arrival): void {
  const output = client.output === null ? 'no output' : `outputs ${outputName(client.output)}`;
  log.info(`${displayName(client)} is here with ${RESTORED[restoredFrom](client)}, ${output}`);
}

/** `--route Ana=1`: the person at the computer decides, also over the pair of somebody else. */
function applyRoutes({ route }: ServerSettings, desk: Desk, log: Logger): void {
  for (const { client: wanted, output } of route) {
    const client = desk.find(wanted) ?? [...desk.clients()].find(({ name }) => name === wanted);
    if (!client) {
      log.warn(`--route ${wanted}=${output}: nobody is called "${wanted}" yet`);
      continue;
    }
    try {
      desk.assignOutput(client.id, output);
      log.info(`${displayName(client)} plays on outputs ${outputName(output)}`);
    } catch (error) {
      log.error({ err: error }, `--route ${wanted}=${output} cannot be done`);
    }
  }
}

function urlsOf(host: string, port: number): string[] {
  const at = (address: string) => `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
  if (host !== '0.0.0.0' && host !== '::') return [at(host)];
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  return [...addresses, 'localhost'].map(at);
}
