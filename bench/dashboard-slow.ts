/**
 * What the dashboard takes on a slow line, 50 kB/s and 400 ms there and back, with a fleet of 3,016 stations:
 * node --conditions=source bench/dashboard-slow.ts
 * Once as it is, once with answers of the API as they are without compression.
 */

import { once } from 'node:events';
import { createServer, get, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launch } from '../test/browser/browser.ts';
import { push, SITES_CONFIG } from '../test/browser/history.ts';
import { openPage, type SignedIn, startSignedIn } from '../test/browser/real-server.ts';
import { ADMIN_TOKEN } from '../test/e2e/running-server.ts';
import { machine } from './machine.ts';
import { type Table, textTable } from './table.ts';

const STATIONS = 3_016;
const BYTES_PER_S = 50_000;
const LATENCY_MS = 400;
const LIMIT_MS = 120_000;

async function fill({ server }: SignedIn): Promise<void> {
  const start = Date.now() - 3_600_000;
  const frames = Array.from({ length: STATIONS }, (_, index) => {
    const charger = `CP${String(index).padStart(4, '0')}`;
    const at = start + index * 1_000;
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: new Date(at) };
    const call = JSON.stringify([2, `s${index}`, 'StatusNotification', status]);
    return [
      { charger, at, up: true, frame: call },
      { charger, at: at + 90, up: false, frame: `[3,"s${index}",{}]` },
    ];
  });
  await push(server, 'depot', frames.flat(), true);
}

interface Seen {
  readonly words: number;
  readonly rows: number;
  readonly settled: number;
  readonly bytes: number;
}

/** In front of the server, where the API hears nothing of what the browser could decompress. */
async function unpacking(server: string): Promise<AsyncDisposable & { readonly url: string }> {
  const { host, hostname, port } = new URL(server);
  const proxy = createServer((asked, told) => {
    const { 'accept-encoding': codings, ...rest } = asked.headers;
    const ofApi = asked.url?.startsWith('/rest/') === true;
    const headers = {
      ...rest,
      host,
      ...(ofApi || codings === undefined ? {} : { 'accept-encoding': codings }),
    };
    const { method, url: path } = asked;
    const passed = request({ hostname, port, method, path, headers }, (answer) => {
      told.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(told);
    });
    passed.on('error', () => told.destroy());
    asked.pipe(passed);
  });
  proxy.listen(0, hostname);
  await once(proxy, 'listening');
  // Safe: a server that listens on TCP has such an address.
  const at = proxy.address() as AddressInfo;
  return {
    url: `http://${hostname}:${at.port}`,
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

async function look(browser: Browser, url: string, { state }: SignedIn): Promise<Seen> {
  await using opened = await openPage(browser, 'about:blank', { storageState: state });
  const { page } = opened;
  page.setDefaultTimeout(LIMIT_MS);
  const line = await page.context().newCDPSession(page);
  let bytes = 0;
  line.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: BYTES_PER_S,
    uploadThroughput: BYTES_PER_S,
  });
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  await page.goto(`${url}/explore`, { waitUntil: 'commit' });
  const loaded = page.waitForLoadState('networkidle').then(since);
  await page.locator('.start-words').waitFor();
  const words = since();
  await page.locator('[role=row][aria-rowindex="2"] time').waitFor();
  const rows = since();
  return { words, rows, settled: await loaded, bytes };
}

const browser = await launch();
const signedIn = await startSignedIn(browser, { config: SITES_CONFIG });
try {
  await fill(signedIn);
  const rows: string[][] = [];
  await using plain = await unpacking(signedIn.server.url);
  for (const [name, url] of [
    ['without compression', plain.url],
    ['as they are', signedIn.server.url],
  ] as const) {
    const seen = await look(browser, url, signedIn);
    const figures = [seen.words, seen.rows, seen.settled, seen.bytes];
    rows.push([name, ...figures.map((one) => one.toLocaleString('en'))]);
  }
  const table: Table = {
    title: `The dashboard over ${BYTES_PER_S / 1_000} kB/s and ${LATENCY_MS} ms, nothing in its cache`,
    header: ['answers of the API', 'says that it loads, ms', 'first rows, ms', 'all there, ms', 'bytes'],
    rows,
    notes: [machine()],
  };
  process.stdout.write(`${textTable(table)}\n`);
  for (const path of ['/rest/v1/sites', '/rest/v1/sites?chargers=none', pageOf(200)]) {
    const [plain, packed] = await Promise.all(['identity', 'gzip'].map((coding) => bytesOf(path, coding)));
    process.stdout.write(`${path}: ${plain} bytes, ${packed} by gzip\n`);
  }
} finally {
  await browser.close();
  await signedIn.server.stop();
}

function pageOf(take: number): string {
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const to = new Date().toISOString();
  return `/rest/v1/ocpp-logs?${new URLSearchParams({ from, to, take: String(take), include: 'exchange' })}`;
}

/** As they go over the wire. */
async function bytesOf(path: string, coding: string): Promise<number> {
  const url = signedIn.server.url + path;
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'accept-encoding': coding };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  get(url, { headers }, (answer) => {
    let bytes = 0;
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    answer.on('end', () => resolve(bytes));
  }).on('error', reject);
  return promise;
}
