/** The dashboard as it was built: hashed files that never change, and the one page that stands for its own routes. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { negotiate } from './accept.ts';
import { accepts } from './accept-encoding.ts';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';

/** Routes of the dashboard itself; every other address is none, and answered with 404. */
const PAGES = [
  '/explore',
  '/stations',
  '/station/*',
  // `/sessions` is a route of the API.
  '/charging-sessions',
  '/fleet-overview',
  '/alarm-overview',
  '/session/*',
  '/settings',
  '/settings/*',
  '/sign-in',
];

/** Whether it is the address of a page that one may be led to, and never another host's: what a browser takes as it stands. */
export function isPage(address: string): boolean {
  if (!/^\/[!-[\]-~]*$/.test(address)) return false;
  const [path = ''] = address.split(/[?#]/, 1);
  // Beside the sessions of stations there are addresses of the session of a person.
  if (path === '/sign-in' || /^\/session\/(?!\d)/.test(path)) return false;
  return PAGES.some((page) =>
    page.endsWith('*') ? path.startsWith(page.slice(0, -1)) && path.length >= page.length : path === page,
  );
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const FOR_EVER = 'public, max-age=31536000, immutable';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** In the order of preference. */
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly encoded: ReadonlyMap<string, Buffer>;
}

export interface Dashboard {
  readonly page: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** null where it was not built. All of it is held in memory: it is well under a megabyte. */
export function readDashboard(folder: string): Dashboard | null {
  const page = join(folder, 'index.html');
  const assets = join(folder, 'assets');
  if (!existsSync(page) || !existsSync(assets)) return null;
  const names = readdirSync(assets).filter((name) => extname(name) in TYPES);
  return {
    page: readFileSync(page, 'utf8'),
    assets: new Map(names.map((name) => [name, readAsset(assets, name)])),
  };
}

function readAsset(folder: string, name: string): Asset {
  const path = join(folder, name);
  const plain = readFileSync(path);
  const present = ENCODINGS.filter(({ ending }) => existsSync(path + ending));
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`,
    plain,
    encoded: new Map(present.map(({ name: encoding, ending }) => [encoding, readFileSync(path + ending)])),
  };
}

/** The build's addresses are relative; those of a page deeper down must not be. */
function pageAt(page: string, publicPath: string): string {
  return page
    .replaceAll('"./assets/', `"${publicPath}/assets/`)
    .replace('name="base-path" content=""', `name="base-path" content="${publicPath}"`);
}

/** Of servers that have a dashboard. */
const pages = new WeakMap<object, string>();

/** Addresses of programs: what is wrong with them is told as JSON, whoever asks. */
const OF_PROGRAMS = /^\/(?:rest|assets|ocpp)(?:\/|$)/;

function sendPage(reply: FastifyReply, page: string): void {
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('cross-origin-opener-policy', 'same-origin')
    .send(page);
}

/** A person who mistyped an address gets the dashboard, which says so; whether this was one. */
export function sendPageInstead(status: number, request: FastifyRequest, reply: FastifyReply): boolean {
  const page = pages.get(request.server);
  const { method, url = '/', headers } = request.raw;
  if (page === undefined || (method !== 'GET' && method !== 'HEAD') || OF_PROGRAMS.test(url)) return false;
  if (negotiate(headers.accept, ['application/json', 'text/html']) !== 'text/html') return false;
  // No hook has passed here where the address could not even be read.
  reply.code(status).headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  sendPage(reply, page);
  return true;
}

export function dashboardRoutes(app: FastifyInstance, dashboard: Dashboard, publicPath: string): void {
  const page = pageAt(dashboard.page, publicPath);
  pages.set(app, page);
  const session = `<${publicPath}/rest/v1/session>; rel=preload; as=fetch; crossorigin`;
  for (const url of PAGES) {
    app.get(url, async (request, reply) => {
      // Every page begins with who is signed in: asked while its scripts are still on their way.
      if (url !== '/sign-in' && cookieOf(request, SESSION_COOKIE, false) !== null)
        reply.header('link', session);
      sendPage(reply, page);
      await reply;
    });
  }
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = dashboard.assets.get(request.params.name);
    if (asset === undefined) throw new Problem('not-found', 'The dashboard has no such file.');
    sendAsset(asset, request, reply);
    await reply;
  });
}

function sendAsset(asset: Asset, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ 'cache-control': FOR_EVER, etag: asset.etag, vary: 'accept-encoding' });
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(asset.etag)) {
    reply.code(304).send();
    return;
  }
  reply.type(asset.type);
  for (const { name } of ENCODINGS) {
    const body = asset.encoded.get(name);
    if (body === undefined || !accepts(request.headers['accept-encoding'], name)) continue;
    reply.header('content-encoding', name).send(body);
    return;
  }
  reply.send(asset.plain);
}
