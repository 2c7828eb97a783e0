/** Which Host and Origin headers are ours (SPEC A3): a page from elsewhere must not reach the mixer through somebody's browser. */
import { hostname, networkInterfaces } from 'node:os';

const HTTP_PORT = '80';

/** Every name and address this computer answers to on the band's network. */
function ownHosts(): Set<string> {
  const name = hostname().toLowerCase();
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', name, `${name}.local`]);
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family } of addresses ?? []) {
      hosts.add(family === 'IPv6' ? `[${address.split('%')[0]}]` : address);
    }
  }
  return hosts;
}

/** Splits "name:port", "[v6]:port" or "name". */
function splitHost(host: string): { name: string; port: string } {
  const match = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d+))?$/i.exec(host);
  return match
    ? { name: (match[1] ?? '').toLowerCase(), port: match[2] ?? HTTP_PORT }
    : { name: '', port: '' };
}

export class Origins {
  readonly #port: () => number;
  readonly #extraOrigins: ReadonlySet<string>;
  #hosts = ownHosts();

  /** @param extraOrigins whole origins allowed besides our own, such as the development server's */
  constructor(port: () => number, extraOrigins: readonly string[]) {
    this.#port = port;
    this.#extraOrigins = new Set(extraOrigins);
  }

  /** Whether a Host header names this server: a rebound DNS name does not. */
  allowsHost(host: string): boolean {
    const { name, port } = splitHost(host);
    if (port !== String(this.#port())) return false;
    if (this.#hosts.has(name)) return true;
    this.#hosts = ownHosts(); // Wi-Fi may have come or changed since
    return this.#hosts.has(name);
  }

  /** Whether a page of this origin may open a socket. Programs that are not browsers send none. */
  allowsOrigin(origin: string): boolean {
    if (origin === '' || this.#extraOrigins.has(origin)) return true;
    const match = /^http:\/\/(.+)$/.exec(origin);
    return match !== null && this.allowsHost(match[1] ?? '');
  }
}
