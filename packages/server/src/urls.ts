/** Addresses a phone can be pointed at. */
import { networkInterfaces } from 'node:os';

export function urlsOf(host: string, port: number): string[] {
  const at = (address: string) => `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
  if (host !== '0.0.0.0' && host !== '::') return [at(host)];
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  return [...addresses, 'localhost'].map(at);
}
