/** A server without doors, device or disk: its desk, its requests, and phones that hear nothing. */
import { OutputShares } from '../../src/access/output-shares.ts';
import { HOUSE_RULES, Sessions, type HouseRule } from '../../src/access/sessions.ts';
import { HEALTH, MemoryStore } from '../../src/desk/desk-stage.ts';
import { Desk } from '../../src/desk/desk.ts';
import { SavedActs } from '../../src/desk/saved-acts.ts';
import type { Effects } from '../../src/desk/world-editor.ts';
import { Audience } from '../../src/doors/audience.ts';
import { ClientLists } from '../../src/doors/client-list.ts';
import { Phone, type Wire } from '../../src/doors/phone.ts';
import { Requests, type RequestsOptions } from '../../src/doors/requests.ts';
import type { Clock } from '../../src/store/clock.ts';
import { ManualClock } from '../../src/store/manual-clock.ts';
import { NO_RECORDINGS } from './recordings.ts';

const NOW = 7;
const INPUTS = 8;
const OUTPUT_PAIRS = 4;

export interface DoorlessOptions extends Partial<
  Omit<RequestsOptions, 'desk' | 'acts' | 'sessions' | 'clock'>
> {
  readonly store?: MemoryStore;
  readonly clock?: Clock;
  readonly effects?: Partial<Effects>;
  readonly rule?: HouseRule;
  readonly autoRoute?: boolean;
}

/** What answers commands, with 8 inputs and 4 output pairs; as a musician's own, but for the rule given. */
export function doorless(options: DoorlessOptions = {}) {
  const {
    store = new MemoryStore(),
    clock = new ManualClock(NOW),
    effects,
    rule = HOUSE_RULES.band,
    autoRoute = false,
    ...part
  } = options;
  const desk: Desk = new Desk({
    now: () => clock.now(),
    autoRoute,
    outputWaitMs: Infinity,
    outlets: {
      hear: () => undefined,
      show: () => undefined,
      showList: () => undefined,
      showSaved: () => undefined,
      trouble: (_outlet, error) => {
        throw error;
      },
      store,
      ...effects,
    },
  });
  desk.setStage({ inputs: INPUTS, outputPairs: OUTPUT_PAIRS });
  const acts = new SavedActs({ desk, store, archiveAfterMs: Infinity, tell: () => undefined });
  const audience = part.audience ?? new Audience(desk, () => clock.now());
  const sessions = new Sessions(desk.world, rule, (hash, id) => desk.claim(hash, id));
  const device = { name: '', host_api: '', sample_rate: 48_000, inputs: [], output_pairs: OUTPUT_PAIRS };
  const requests = new Requests({
    desk,
    acts,
    audience,
    sessions,
    outputShares: new OutputShares(desk.world.pairs, true),
    clock,
    clientLists: new ClientLists(desk, () => clock.now()),
    audioInterface: () => device,
    useInterface: async () => device,
    notices: () => [],
    recordings: NO_RECORDINGS,
    stats: async () => ({ version: '0', uptime_s: 0, clients: 0, store: HEALTH, notices: [] }),
    version: '0',
    onArrival: () => undefined,
    onDeparture: () => undefined,
    warn: () => undefined,
    ...part,
  });
  return { desk, acts, store, audience, sessions, requests };
}

export const deafPhone = (cookieSecret?: string, wire: Partial<Wire> = {}, address = '192.0.2.1'): Phone =>
  new Phone(
    {
      listTopic: 'list',
      deliver: () => 0,
      deliverMeters: () => undefined,
      bufferedBytes: () => 0,
      close: () => undefined,
      ...wire,
    },
    address,
    cookieSecret,
  );
