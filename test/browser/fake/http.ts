/** As much of an HTTP server as a made-up API needs, and the dashboard's files under the policy that the server sets. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../../packages/dashboard/dist/', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface Asked {
  readonly query: URLSearchParams;
  /** Parts of the path that the route leaves open. */
  readonly parts: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly response: ServerResponse;
}

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown;
}

/** null: the handler answers by itself. */
export type Handler = (asked: Asked) => Promise<Answer | null> | Answer | null;

/** `GET /a/:b`. */
export type Routes = Readonly<Record<string, Handler>>;

export function problem(status: number, body: object): Answer {
  return { status, type: 'application/problem+json', body: { status, ...body } };
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  // Safe: only the dashboard asks here, and it sends objects.
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

export function listener(routes: Routes) {
  const known = Object.entries(routes).map(([name, handler]) => {
    const [method = '', path = ''] = name.split(' ');
    return { method, path: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`), handler };
  });
  return async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    for (const { method, path, handler } of known) {
      const match = path.exec(url.pathname);
      if (match === null || method !== request.method) continue;
      const asked = {
        query: url.searchParams,
        parts: match.slice(1).map(decodeURIComponent),
        body: await bodyOf(request),
        response,
      };
      const answer = await handler(asked);
      if (answer !== null) send(response, answer);
      return;
    }
    send(
      response,
      url.pathname.startsWith('/rest/') ? problem(404, { title: 'Not found' }) : file(url.pathname, response),
    );
  };
}

function send(response: ServerResponse, { status = 200, type = 'application/json', body }: Answer): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
}

/** Read once: a build that goes on meanwhile must not change what a test sees. */
function built(): ReadonlyMap<string, string> {
  if (!existsSync(join(DIST, 'index.html'))) {
    throw new Error('the dashboard is not built: npm test -- --only build');
  }
  const assets = readdirSync(join(DIST, 'assets')).filter((name) => extname(name) in TYPES);
  return new Map(
    ['index.html', ...assets.map((name) => `assets/${name}`)].map((name) => [
      name,
      readFileSync(join(DIST, name), 'utf8'),
    ]),
  );
}

let files: ReadonlyMap<string, string> | null = null;

function file(path: string, response: ServerResponse): Answer {
  files ??= built();
  if (path.startsWith('/assets/')) {
    const body = files.get(path.slice(1));
    if (body === undefined) return problem(404, { title: 'Not found' });
    return { type: TYPES[extname(path)] ?? 'application/octet-stream', body };
  }
  response.setHeader('content-security-policy', POLICY);
  return { type: 'text/html', body: (files.get('index.html') ?? '').replaceAll('"./assets/', '"/assets/') };
}
