/** Which Host and Origin headers are ours (SPEC A3): a page from elsewhere must not reach the mixer through somebody's browser. */
import { ownNames } from './own-names.ts';

const HTTP_PORT = '80';
/** Names that are told in the log; who makes up more of them fills no log. */
const TOLD_MAX = 16;

export interface OriginsOptions {
  readonly port: () => number;
  /** Whole origins allowed besides our own, such as the development server's. */
  readonly allowedOrigins?: readonly string[];
  /** Names this mixer goes by besides its own, such as a proxy's. */
  readonly allowedHosts?: readonly string[];
  readonly own?: () => ReadonlySet<string>;
  /** Somebody came by a name that is not ours; told once for each. */
  readonly onStrangeName?: (name: string) => void;
}

/** Splits "name:port", "[v6]:port" or "name"; a name may end in the dot that says it is whole. */
function splitHost(host: string): { name: string; port: string } {
  const match = /^(\[[0-9a-f:.]+\]|[^:]+?)\.?(?::(\d+))?$/i.exec(host);
  return match
    ? { name: (match[1] ?? '').toLowerCase(), port: match[2] ?? HTTP_PORT }
    : { name: '', port: '' };
}

/** A name as it can be given to --allowed-host; undefined for what no browser would ask for. */
export function nameIn(host: string): string | undefined {
  const { name } = splitHost(host);
  return /^(?:[\w.-]{1,253}|\[[0-9a-f:.]+\])$/.test(name) ? name : undefined;
}

export class Origins {
  readonly #options: OriginsOptions;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #allowedNames: ReadonlySet<string>;
  readonly #told = new Set<string>();
  #own: ReadonlySet<string>;

  constructor(options: OriginsOptions) {
    const { allowedOrigins = [], allowedHosts = [], own = ownNames } = options;
    this.#options = options;
    this.#allowedOrigins = new Set(allowedOrigins);
    this.#allowedNames = new Set(allowedHosts.map((host) => splitHost(host).name));
    this.#own = own();
  }

  /**
   * Whether a Host header names this server: a rebound DNS name does not. By whichever port: one that is forwarded to ours
   * is the band's own doing, and a page from elsewhere has a name of its own.
   */
  allowsHost(host: string): boolean {
    const { name } = splitHost(host);
    if (this.#isOurs(name)) return true;
    this.#tell(host);
    return false;
  }

  /**
   * Whether a page of this origin may open a socket. Programs that are not browsers send none.
   * @param host the Host header beside it: a page may speak to where it came from
   */
  allowsOrigin(origin: string, host = ''): boolean {
    if (origin === '' || this.#allowedOrigins.has(origin)) return true;
    const [, scheme, from = ''] = /^(https?):\/\/(.+)$/.exec(origin) ?? [];
    const { name, port } = splitHost(from);
    if (this.#allowedNames.has(name)) return true;
    if (!this.#isOurs(name)) {
      this.#tell(from);
      return false;
    }
    const isFromHere = from.toLowerCase() === host.toLowerCase();
    return isFromHere || (scheme === 'http' && port === String(this.#options.port()));
  }

  #isOurs(name: string): boolean {
    if (this.#own.has(name) || this.#allowedNames.has(name)) return true;
    this.#own = (this.#options.own ?? ownNames)(); // Wi-Fi may have come or changed since
    return this.#own.has(name);
  }

  #tell(host: string): void {
    const name = nameIn(host);
    if (name === undefined || this.#told.has(name) || this.#told.size >= TOLD_MAX) return;
    this.#told.add(name);
    this.#options.onStrangeName?.(name);
  }
}
