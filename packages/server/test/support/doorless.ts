/** A server without doors, device or disk: its desk, its requests, and phones that hear nothing. */
import { Devices } from '../../src/access/devices.ts';
import { Desk, type Outlets } from '../../src/desk/desk.ts';
import { Audience } from '../../src/doors/audience.ts';
import { Phone } from '../../src/doors/phone.ts';
import { Requests, type RequestsOptions } from '../../src/doors/requests.ts';
import { ManualClock } from '../../src/store/manual-clock.ts';
import { forgetfulStore, HEALTHY } from '../../src/store/store-stage.ts';
import { NO_RECORDINGS } from './recordings.ts';

const NOW = 7;
const INPUTS = 8;
const OUTPUT_PAIRS = 4;

/** A desk of 8 inputs and 4 output pairs that nobody hears, sees or keeps, but for the outlets given. */
export function quietDesk(outlets: Partial<Outlets> = {}, now = () => NOW): Desk {
  const desk = new Desk({
    now,
    autoRoute: false,
    outlets: {
      hear: () => undefined,
      show: () => undefined,
      showList: () => undefined,
      showSaved: () => undefined,
      store: forgetfulStore(),
      ...outlets,
    },
  });
  desk.setStage({ inputs: INPUTS, outputPairs: OUTPUT_PAIRS });
  return desk;
}

/** What answers commands, as a musician's own; without `devices` everybody is an engineer. */
export function doorless(part: Partial<RequestsOptions> = {}) {
  const store = part.store ?? forgetfulStore();
  const clock = part.clock ?? new ManualClock(NOW);
  const desk = quietDesk({ store }, () => clock.now());
  const audience = new Audience(desk, () => 0, 10);
  const device = { name: '', host_api: '', sample_rate: 48_000, inputs: [], output_pairs: OUTPUT_PAIRS };
  const requests = new Requests({
    desk,
    audience,
    store,
    clock,
    devices: new Devices({ record: () => undefined, now: () => 0 }),
    device: () => device,
    useDevice: async () => device,
    notices: () => [],
    recordings: NO_RECORDINGS,
    stats: async () => ({ version: '0', uptime_s: 0, clients: 0, store: HEALTHY, notices: [] }),
    version: '0',
    onArrival: () => undefined,
    onDeparture: () => undefined,
    warn: () => undefined,
    ...part,
  });
  return { desk, audience, requests };
}

export const deafPhone = (cookieSecret?: string): Phone =>
  new Phone(
    {
      deliver: () => undefined,
      deliverMeters: () => undefined,
      bufferedBytes: () => 0,
      close: () => undefined,
    },
    cookieSecret,
  );
