/** Everything wired together: load state, open the engine, play every mix, then let phones in. */
import { splitKey, type DeviceSummary, type Notice } from '@foldback/protocol';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Origins } from './access/origins.ts';
import { HOUSE_RULES, Sessions } from './access/sessions.ts';
import { ChangeLog, outputName } from './change-log.ts';
import type { ServerSettings } from './config.ts';
import { displayName, type Client } from './desk/client.ts';
import type { Desk } from './desk/desk.ts';
import { KeptDesk } from './desk/kept-desk.ts';
import type { SavedActs } from './desk/saved-acts.ts';
import { Audience } from './doors/audience.ts';
import { clientListOf } from './doors/client-list.ts';
import { Conversation } from './doors/conversation.ts';
import { HttpDoor } from './doors/http.ts';
import { ListTeller } from './doors/list-teller.ts';
import { MeterPump } from './doors/meter-pump.ts';
import { NativeDoor } from './doors/native-door.ts';
import { SocketIoDoor } from './doors/socketio-door.ts';
import { Broadcast } from './doors/phone.ts';
import { Requests } from './doors/requests.ts';
import type { Arrival } from './doors/rows/joining.ts';
import { loadStaticFiles } from './doors/static-files.ts';
import type { AudioWish } from './engine/audio-wish.ts';
import type { StreamInfo } from './engine/engine.ts';
import { EngineKeeper, type DeviceNews } from './engine/engine-keeper.ts';
import { MixPlayer } from './engine/mix-player.ts';
import { loggedChanges } from './logged-changes.ts';
import { NoticeBoard } from './notice-board.ts';
import { recordActWith, Recordings } from './recordings.ts';
import { systemClock } from './store/clock.ts';
import { ControlSocket, type ServerActs } from './store/control-socket.ts';
import type { Loaded, StoreNotice } from './store/state-store.ts';

/** Run from source, Vite's output; packed, its copy beside the bundle (rolldown.config.mjs). */
const PAGE_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../web-client/dist' : 'web', import.meta.url),
);
const STALL_CHECK_MS = 1000;
const DAY_MS = 24 * 3600 * 1000;
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

  const tellAll = (notice: Omit<Notice, 'at'>) =>
    audience.showAll(new Broadcast('notice', notices.put({ ...notice, at: Date.now() })));
  const kept: KeptDesk = new KeptDesk({
    directory: settings.config,
    now: Date.now,
    autoRoute: settings.autoRoute,
    archiveAfterMs: settings.archiveAfterDays * DAY_MS,
    effects: {
      hear: (before, after) => player.play(before, after),
      show(change) {
        audience.showChange(change);
        const { author } = change;
        const authorName =
          author.kind === 'person' ? (desk.find(author.clientId)?.name ?? author.name) : 'Foldback';
        for (const [id, changes] of loggedChanges(change, desk.world)) {
          changeLog.note(id, desk.find(id)?.name ?? id, authorName, changes);
        }
      },
      showList: () => listTeller.tell(),
      trouble: (outlet, error) => log.error({ err: error }, `${outlet} failed; everything else goes on`),
    },
    showSaved(key, revision) {
      const { kind, id } = splitKey(key);
      audience.showSaved(kind, id, revision);
    },
    tell(storeNotice) {
      logNotice(log, storeNotice);
      const notice = notices.post(storeNotice);
      if (notice) audience.showAll(new Broadcast('notice', notice));
    },
  });
  const { desk, store, acts } = kept;
  const audience = new Audience(desk, monotonicMs, settings.maxPhones);
  const listTeller = new ListTeller(audience, () => clientListOf(desk, Date.now()));
  let restoringMs = 0;
  const engine = new EngineKeeper({
    directory: settings.config,
    graceS: settings.hostGraceS,
    wish: wishOf(settings),
    log,
    sound: {
      async opened(stream, playing) {
        inputNames = stream.inputNames;
        desk.setStage({ inputs: stream.inputs, outputPairs: Math.floor(stream.outputs / 2) });
        audience.showAll(new Broadcast('device', deviceSummary(stream)));
        const beganAt = performance.now();
        await player.start(stream, playing);
        restoringMs += performance.now() - beganAt;
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
  const source = await kept.load();
  restoringMs += performance.now() - loadingAt;

  await engine.start();
  const recordings = new Recordings({
    engine,
    stream: () => engine.stream,
    folder: settings.recordFolder ?? join(settings.config, 'recordings'),
    log,
    tell: tellAll,
    clock: systemClock,
  });
  await recordings.resume();
  logRestored(log, source, desk, restoringMs);
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
  const rule = settings.open ? HOUSE_RULES.open : HOUSE_RULES.band;
  const sessions = new Sessions(desk.world, rule, (hash, id) => desk.claim(hash, id));
  const requests = new Requests({
    desk,
    audience,
    acts,
    sessions,
    device: () => deviceSummary(engine.stream),
    useDevice: async (name) => deviceSummary(await engine.use(name)),
    notices: () => notices.standing(),
    recordings,
    stats,
    version,
    clock: systemClock,
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

  const control = await openControl(settings.config, actsOf(acts, recordActWith(recordings)), log);
  const care = setInterval(() => {
    void acts.archiveLongUnseen();
    acts.forgetOldActs().catch((error: unknown) => log.warn({ err: error }, 'Old acts stay for now'));
  }, DAY_MS);
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
      clearInterval(care);
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

/** What commands from this computer may do to a running server. */
const actsOf = (acts: SavedActs, record: ServerActs['record']): ServerActs => ({
  import: (text) => acts.import(text),
  backup: () => acts.backup(),
  restore: (backup) => acts.restore(backup),
  undo: (act) => acts.undo(act),
  clear: (ids) => acts.clear(ids),
  return: (ids) => acts.return(ids),
  record,
});

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
function logRestored(log: Logger, source: Loaded['source'], desk: Desk, ms: number): void {
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
