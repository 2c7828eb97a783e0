/** Everything wired together: load state, open the engine, play every mix, then let phones in. */
import { splitKey, type MixValue, type Notice } from '@foldback/protocol';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { loggedActs } from './act-log.ts';
import { Origins } from './access/origins.ts';
import { OutputShares } from './access/output-shares.ts';
import { Access } from './access/access.ts';
import { ChangeLog, type Person } from './change-log.ts';
import { Revocations } from './access/revocations.ts';
import type { Author } from './desk/author.ts';
import type { ServerSettings } from './config.ts';
import { displayName } from './desk/client.ts';
import type { Desk } from './desk/desk.ts';
import { KeptDesk } from './desk/kept-desk.ts';
import { Audience } from './doors/audience.ts';
import { Conversation } from './doors/conversation.ts';
import { Gate } from './doors/gate.ts';
import { HttpDoor } from './doors/http.ts';
import { Lists } from './doors/lists.ts';
import { LoopTime, timeSpent } from './doors/loop-time.ts';
import { MeterPump } from './doors/meter-pump.ts';
import { NativeDoor } from './doors/native-door.ts';
import { SocketIoDoor } from './doors/socketio-door.ts';
import { Broadcast } from './doors/phone.ts';
import { Requests } from './doors/requests.ts';
import { requireFreePort } from './doors/port-check.ts';
import { loadStaticFiles } from './doors/static-files.ts';
import { wishOf } from './engine/wish-of-settings.ts';
import { EngineKeeper } from './engine/engine-keeper.ts';
import type { InterfaceNews } from './engine/interface-watch.ts';
import { interfaceSummary } from './engine/interface-summary.ts';
import { MixPlayer } from './engine/mix-player.ts';
import type { ShownChange } from './desk/world-editor.ts';
import { HealthWatch, reasonsOf } from './health.ts';
import { loggedChanges } from './logged-changes.ts';
import { NoticeBoard } from './notice-board.ts';
import { logArrival, logNotice, logRestored } from './server-log.ts';
import { applyRoutes } from './routes.ts';
import { urlsOf } from './urls.ts';
import { recordActWith, Recordings } from './recordings.ts';
import { systemClock } from './store/clock.ts';
import { makePrivate } from './store/private-files.ts';
import { ControlSocket } from './store/control-socket.ts';

/** Run from source, Vite's output; packed, its copy beside the bundle (rolldown.config.mjs). */
const PAGE_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../web-client/dist' : 'web', import.meta.url),
);
const WATCH_EVERY_MS = 1000;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** On the way out the sound goes gently. */
const FADE_OUT_MS = 80;
/** A client that polls comes again within a moment. */
const FAREWELL_MS = 250;

const INTERFACE_NEWS_LEVELS: Readonly<Record<InterfaceNews['code'], 'error' | 'warn' | 'info'>> = {
  interface_lost: 'error',
  interface_back: 'info',
  interface_adjusted: 'warn',
  interface_as_set: 'info',
  interface_offered: 'info',
  offer_over: 'info',
};

export interface RunningServer {
  readonly port: number;
  /** Set at the first start: the only time that it is told by itself. */
  readonly engineerCode: string | undefined;
  /** Addresses a phone can be pointed at. */
  readonly urls: readonly string[];
  /** Flushes what is unsaved, fades the sound out, lets everything go. @returns whether everything is saved */
  stop(): Promise<boolean>;
  /** Lets nobody in any more and flushes what is unsaved; the sound plays on for the next server. @returns the same */
  leave(): Promise<boolean>;
}

type Ending = () => Promise<unknown>;

export interface ServerParts {
  readonly log: Logger;
  readonly version: string;
}

/** @throws Error when it cannot start; nothing that it had begun is then left behind */
export async function startServer(settings: ServerSettings, parts: ServerParts): Promise<RunningServer> {
  const begun: Ending[] = [];
  try {
    return await start(settings, parts, begun);
  } catch (error) {
    for (const end of begun.toReversed()) await end().catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** @param begun takes what ends each part that was begun, should a later one fail */
async function start(
  settings: ServerSettings,
  { log, version }: ServerParts,
  begun: Ending[],
): Promise<RunningServer> {
  const startedAt = performance.now();
  const monotonicMs = () => performance.now();

  const notices = new NoticeBoard();
  /** At the end everybody has to go, which is no news. */
  let isOpen = true;
  let inputNames: readonly string[] = [];
  const changeLog = new ChangeLog(log, (channel) => inputNames[channel] ?? `channel ${channel + 1}`);

  const tellAll = (notice: Omit<Notice, 'at'>) =>
    audience.showAll(new Broadcast('notice', notices.put({ ...notice, at: Date.now() })));
  let control: ControlSocket | undefined = undefined;
  const kept: KeptDesk = new KeptDesk({
    directory: settings.config,
    now: Date.now,
    autoRoute: settings.autoRoute,
    outputWaitMs: settings.outputWaitHours * HOUR_MS,
    archiveAfterMs: settings.archiveAfterDays * DAY_MS,
    effects: {
      hear: (before, after) => player.play(before, after),
      show(change) {
        audience.showChange(change);
        access.note(change);
        noteChange(change, desk, changeLog);
      },
      showList: () => lists.tell(),
      trouble: (outlet, error) => log.error({ err: error }, `${outlet} failed; everything else goes on`),
    },
    showSaved(key, revision) {
      const { kind, id } = splitKey(key);
      audience.showSaved(kind, id, revision);
      if (desk.find(id)?.revision === revision && kind === 'mix') changeLog.noteSaved(personOf(id, desk));
    },
    tell(storeNotice) {
      logNotice(log, storeNotice);
      const notice = notices.post(storeNotice);
      if (notice) audience.showAll(new Broadcast('notice', notice));
    },
    opened() {
      if (control !== undefined) void listenTo(control, log);
    },
  });
  const { desk, store, acts } = kept;
  const audience = new Audience(desk, monotonicMs);
  const access = new Access({
    desk,
    audience,
    fixedRule: settings.open ? 'open' : settings.join,
    clocks: { now: Date.now, nowMs: monotonicMs },
    revocations: new Revocations(settings.config),
    after: (ms, work) => systemClock.after(ms, work),
  });
  const { house, sessions } = access;
  const lists = new Lists({ desk, audience, clock: systemClock });
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
        audience.showAll(new Broadcast('interface', interfaceSummary(stream)));
        openedAt = performance.now();
        return player.worldOn(stream);
      },
      tell(news) {
        log[INTERFACE_NEWS_LEVELS[news.code]](news.message);
        tellAll(news);
      },
      tracksSkipped(messages) {
        for (const message of messages) log.error(`Not played: ${message}`);
        tellAll({ code: 'tracks_skipped', message: messages.join('; ') });
      },
      tracksGuessed(messages) {
        for (const message of messages) log.warn(`Played by guess: ${message}`);
      },
    },
  });
  const player = new MixPlayer(engine, desk, log, { now: monotonicMs, soon: setImmediate });

  makePrivate(settings.config);
  const loadingAt = performance.now();
  const source = await kept.load();
  begun.push(() => store.close());
  await access.begin(log);
  let restoringMs = performance.now() - loadingAt;

  // A port that cannot be ours is found out while nothing plays yet.
  await requireFreePort(settings.host, settings.port);
  // A host that played before us is not ours to end: the next server adopts it.
  if ((await engine.start()) === 'begun') begun.push(() => engine.close({ fadeMs: FADE_OUT_MS }));
  restoringMs += performance.now() - openedAt; // every mix is set; opening the interface is another matter
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

  const figures = () => ({
    version,
    uptime_s: Math.round((performance.now() - startedAt) / 1000),
    clients: desk.size,
    phones: audience.size,
    store: store.health(),
    notices: notices.standing(),
  });
  const healthWatch = new HealthWatch(WATCH_EVERY_MS, monotonicMs);
  const requests = new Requests({
    desk,
    audience,
    acts,
    sessions,
    house,
    urls: () => urlsOf(settings.host, port),
    nowMs: monotonicMs,
    mixerName: settings.name ?? hostname(),
    clientLists: lists.clientLists,
    // Behind a proxy an address says nothing, and so it does not bound what one gets.
    outputShares: new OutputShares(desk.world.pairs, settings.maxPerAddress > 0),
    audioInterface: () => interfaceSummary(engine.stream),
    useInterface: async (name) => interfaceSummary(await engine.use(name)),
    notices: () => notices.standing(),
    recordings,
    stats: async () => ({ ...figures(), engine: await engine.stats() }),
    version,
    clock: systemClock,
    onArrival: (arrival) => logArrival(log, arrival),
    onDeparture(client) {
      if (isOpen) changeLog.noteLeft({ id: client.id, name: displayName(client) }, client.output);
    },
    warn: (message) => log.warn(message),
  });

  const conversation = new Conversation({
    requests,
    audience,
    log,
    nowMs: monotonicMs,
    loopTime: new LoopTime(timeSpent),
  });

  let port = settings.port;
  const { allowedOrigins, allowedHosts } = settings;
  const origins = new Origins({
    port: () => port,
    allowedOrigins,
    allowedHosts,
    onStrangeName(name) {
      log.warn(
        `A page opened by the name ${name} was turned away, since that is none of this computer's; if it is to be, start with --allowed-host ${name}`,
      );
    },
  });
  const limits = { socketsMax: settings.maxPhones, perAddressMax: settings.maxPerAddress };
  const gate = new Gate(limits, systemClock);
  const http = new HttpDoor({
    files: loadStaticFiles(PAGE_FOLDER),
    origins,
    urls: () => urlsOf(settings.host, port),
    async health() {
      const told = { ...figures(), engine: await engine.stats().catch(() => null) };
      const reasons = reasonsOf({ ...told, ...healthWatch.signs() });
      return { ok: reasons.length === 0, reasons, ...told };
    },
    attach(app) {
      const door = { conversation, audience, origins, gate, tellList: () => lists.tell() };
      new NativeDoor(app, door);
      const stream = () => engine.stream;
      new SocketIoDoor(app, {
        ...door,
        desk,
        house,
        olderClients: lists.olderClients,
        stream,
        version,
        now: Date.now,
      });
    },
  });
  port = await http.listen(settings.host, settings.port);

  const serverActs = {
    ...loggedActs(acts, log),
    record: recordActWith(recordings),
    engineer: async (isOnly: boolean) => {
      const code = await house.newEngineerCode(isOnly === true);
      return { code, url: `${urlsOf(settings.host, port)[0] ?? ''}#engineer=${code}` };
    },
  };
  control = new ControlSocket(settings.config, serverActs);
  await listenTo(control, log);
  const care = setInterval(() => {
    house.tidy();
    void acts.archiveLongUnseen();
    acts.forgetOldActs().catch((error: unknown) => log.warn({ err: error }, 'Old acts stay for now'));
  }, DAY_MS);
  const engineerCode = await access.firstCode(log);
  const meters = new MeterPump(engine, audience, (id) => desk.mixNumber(id), log);
  meters.start();
  const watchTimer = setInterval(() => {
    audience.tendStalled();
    void healthWatch.beat(async () => (await engine.stats()).callbacks);
  }, WATCH_EVERY_MS);

  return {
    port,
    engineerCode,
    urls: urlsOf(settings.host, port),
    async stop() {
      meters.stop();
      recordings.close();
      clearInterval(watchTimer);
      clearInterval(care);
      lists.stop();
      isOpen = false;
      audience.sayGoodbye('stops');
      changeLog.flush();
      const closing = engine.close({ fadeMs: FADE_OUT_MS }).catch((error: unknown) => {
        log.error({ err: error }, 'The engine host is left to itself: it does not end');
      });
      await control?.close();
      // Who polls has yet to fetch it, on a new connection.
      if (audience.size > 0) {
        await delay(FAREWELL_MS);
        audience.sayGoodbye('stops');
      }
      http.close();
      const [isSaved] = await Promise.all([store.close(), closing]);
      return isSaved;
    },
    async leave() {
      try {
        isOpen = false;
        http.stopListening();
        audience.sayGoodbye('plays_on');
        changeLog.flush();
      } catch (error) {
        log.error({ err: error }, 'The doors do not close');
      }
      return store.close();
    },
  };
}

/** The way in for `foldback state` and `foldback record`. A server without it runs all the same. */
async function listenTo(control: ControlSocket, log: Logger): Promise<void> {
  try {
    await control.listen();
  } catch (error) {
    log.warn(
      { err: error },
      'Commands from this computer (foldback state, foldback record) cannot reach this server',
    );
  }
}

const personOf = (id: string, desk: Desk): Person => ({ id, name: desk.find(id)?.name ?? id });

/** By the name they have now, whatever they came with. */
const namedNow = (author: Author, desk: Desk): Author =>
  author.kind === 'mixer' ? author : { ...author, name: desk.find(author.clientId)?.name ?? author.name };

/** For the log. */
function noteChange(change: ShownChange, desk: Desk, changeLog: ChangeLog): void {
  if (change.reason === 'arrival') return; // who came, and with what, has a line of its own
  const author = namedNow(change.author, desk);
  const { kind, id, before, after } = change;
  if (kind === 'mix' && before && after) {
    changeLog.noteMix(personOf(id, desk), author, before.value as MixValue, after.value as MixValue);
  }
  for (const [about, changes] of loggedChanges(change, desk.world)) {
    changeLog.note(personOf(about, desk), author, changes);
  }
}
