/** The one port: the page, health, and the doors that hang on the same app. uWebSockets.js stays in this folder. */
import {
  App,
  us_listen_socket_close,
  us_socket_local_port,
  type HttpRequest,
  type HttpResponse,
  type TemplatedApp,
  type us_listen_socket,
} from 'uWebSockets.js';
import { cookieFor, newSecret, secretFromCookie } from '../access/secrets.ts';
import type { Origins } from '../access/origins.ts';
import { portError, requireFreePort } from './port-check.ts';
import { chooseEncoding, type StaticFile } from './static-files.ts';
import { wrongName } from './wrong-name.ts';

/** No inline script or style element, nothing from elsewhere, in nobody's frame. */
const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  [
    'Content-Security-Policy',
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
];

export interface HttpOptions {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly origins: Origins;
  /** Other doors on the same port; they must be there before the page's catch-all. */
  readonly attach: (app: TemplatedApp) => void;
  /** Where a phone can be pointed at. */
  readonly urls: () => readonly string[];
  readonly health: () => Promise<{ ok: boolean } & Record<string, unknown>>;
}

function writeHead(response: HttpResponse, status: string, contentType: string): void {
  response.writeStatus(status).writeHeader('Content-Type', contentType);
  for (const [name, value] of SECURITY_HEADERS) response.writeHeader(name, value);
}

export const asksForHead = (request: HttpRequest): boolean => request.getMethod() === 'head';

/** The body, or for HEAD how long it would be. */
function finish(response: HttpResponse, body: string | Buffer, isHead: boolean): void {
  if (!isHead) {
    response.end(body);
    return;
  }
  // Given the length, endWithoutBody would wait for the body (seen in 20.0.8).
  response.writeHeader('Content-Length', `${Buffer.byteLength(body)}`);
  response.endWithoutBody();
}

export interface RefusalParts {
  readonly headers?: readonly (readonly [string, string])[];
  readonly isHead?: boolean;
}

export function refuse(
  response: HttpResponse,
  status: string,
  message: string,
  { headers = [], isHead = false }: RefusalParts = {},
): void {
  response.cork(() => {
    writeHead(response, status, 'text/plain; charset=utf-8');
    for (const [name, value] of headers) response.writeHeader(name, value);
    finish(response, `${message}\n`, isHead);
  });
}

function sendFile(response: HttpResponse, request: HttpRequest, file: StaticFile): void {
  const isHead = asksForHead(request);
  const notModified = request.getHeader('if-none-match') === file.etag;
  const encoding = chooseEncoding(file, request.getHeader('accept-encoding'));
  const body = file.bodies[encoding] ?? file.bodies.identity;
  // Each visit renews it: a browser would else forget the musician after the cookie's longest age.
  const secret = file.isPage ? (secretFromCookie(request.getHeader('cookie')) ?? newSecret()) : undefined;
  response.cork(() => {
    writeHead(response, notModified ? '304 Not Modified' : '200 OK', file.contentType);
    response.writeHeader('Cache-Control', file.cacheControl);
    response.writeHeader('ETag', file.etag);
    response.writeHeader('Vary', 'Accept-Encoding');
    if (secret !== undefined) response.writeHeader('Set-Cookie', cookieFor(secret));
    if (notModified) {
      response.endWithoutBody();
      return;
    }
    if (encoding !== 'identity') response.writeHeader('Content-Encoding', encoding);
    finish(response, body, isHead);
  });
}

export class HttpDoor {
  readonly app: TemplatedApp = App();
  readonly #options: HttpOptions;
  #socket: us_listen_socket | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
    options.attach(this.app);
    for (const method of ['get', 'head'] as const) {
      this.app[method]('/healthz', (response, request) => this.#health(response, request));
      this.app[method]('/*', (response, request) => this.#file(response, request));
    }
    this.app.any('/*', (response, request) => {
      const isHead = asksForHead(request);
      if (isHead || request.getMethod() === 'get') {
        refuse(response, '404 Not Found', 'There is no such page.', { isHead });
      } else {
        const headers = [['Allow', 'GET, HEAD']] as const;
        refuse(response, '405 Method Not Allowed', 'Only GET and HEAD are understood here.', { headers });
      }
    });
  }

  /** A name that is not ours may have been rebound to our address by a page from elsewhere. */
  #isOurs(response: HttpResponse, request: HttpRequest): boolean {
    const { origins, urls } = this.#options;
    const host = request.getHeader('host');
    if (origins.allowsHost(host)) return true;
    const isHead = asksForHead(request);
    refuse(response, '421 Misdirected Request', wrongName(host, urls()), { isHead });
    return false;
  }

  #health(response: HttpResponse, request: HttpRequest): void {
    if (!this.#isOurs(response, request)) return;
    const isHead = asksForHead(request);
    let gone = false;
    response.onAborted(() => {
      gone = true;
    });
    this.#options.health().then(
      (report) => {
        if (gone) return;
        response.cork(() => {
          writeHead(response, report.ok ? '200 OK' : '503 Service Unavailable', 'application/json');
          finish(response, JSON.stringify(report), isHead);
        });
      },
      () => {
        if (!gone) refuse(response, '503 Service Unavailable', 'health cannot be told', { isHead });
      },
    );
  }

  #file(response: HttpResponse, request: HttpRequest): void {
    const file = this.#options.files.get(request.getUrl());
    // A door on a path of its own may want it: uWebSockets.js asks `get` before `any`.
    if (!file) request.setYield(true);
    else if (this.#isOurs(response, request)) sendFile(response, request, file);
  }

  /**
   * @param port 0 for any free one
   * @returns the port that is open
   * @throws Error when it cannot be ours
   */
  async listen(host: string, port: number): Promise<number> {
    await requireFreePort(host, port);
    return new Promise((resolve, reject) => {
      this.app.listen(host, port, (socket) => {
        if (!socket) {
          reject(portError(host, port, 'EADDRINUSE'));
          return;
        }
        this.#socket = socket;
        resolve(us_socket_local_port(socket));
      });
    });
  }

  /** No new connections; those that are open stay until they are closed. */
  stopListening(): void {
    if (this.#socket) us_listen_socket_close(this.#socket);
    this.#socket = undefined;
  }

  close(): void {
    this.stopListening();
    this.app.close();
  }
}
