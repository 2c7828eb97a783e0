/** What this computer is certainly called on the band's network (SPEC A3). */
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

/** Reserved for networks of one's own, or never given to anybody: only the band's own router can answer for names below them. */
const HOUSE_SUFFIXES = ['local', 'lan', 'home', 'home.arpa', 'internal', 'localdomain'];

/** @param domains what the network says its names end in */
export function namesOf(host: string, domains: readonly string[]): string[] {
  const full = host.toLowerCase().replace(/\.$/, '');
  const [first = full] = full.split('.');
  const suffixes = [...HOUSE_SUFFIXES, ...domains.map((domain) => domain.toLowerCase().replace(/\.$/, ''))];
  return [full, first, `${full}.local`, ...suffixes.map((suffix) => `${first}.${suffix}`)];
}

/** What a resolv.conf says that names of this network end in. */
export function searchDomains(resolvConf: string): string[] {
  return resolvConf
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([word]) => word === 'search' || word === 'domain')
    .flatMap(([, ...domains]) => domains)
    .filter((domain) => /^[\w-]+(?:\.[\w-]+)*\.?$/.test(domain));
}

function networkDomains(): string[] {
  try {
    return searchDomains(readFileSync('/etc/resolv.conf', 'utf8'));
  } catch {
    return []; // Windows has none
  }
}

/** Every name and address this computer answers to on the band's network. */
export function ownNames(): ReadonlySet<string> {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...namesOf(hostname(), networkDomains())]);
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family } of addresses ?? []) {
      names.add(family === 'IPv6' ? `[${address.split('%')[0]}]` : address);
    }
  }
  return names;
}
