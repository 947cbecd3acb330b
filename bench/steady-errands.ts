/** What people and programs do with a server, each told as something that is done again and again. */

import { ADMIN_TOKEN, type RunningServer } from '../test/e2e/running-server.ts';
import type { StationCall } from './station-calls.ts';

export interface Errand {
  readonly what: string;
  /** Between two of them, about. */
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

type Server = Pick<RunningServer, 'url'>;

const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const JSON_TYPE = { ...ADMIN, 'content-type': 'application/json' };
const LINES = 100;
const FRAMES = 300;
const TAILS = 5;
const TAIL_MS = 20_000;
const FORMATS = ['csv', 'ndjson', 'xlsx', 'parquet', 'trace'];
const SEARCHES = ['status:Faulted', 'action:Heartbeat', 'latency:>100', '"Available"', '-station:CP1*', ''];
/** Always as much of it: a server that is asked for more and more takes more and more, for a reason. */
const SPAN = 300_000;

async function ask(
  { url }: Server,
  method: string,
  path: string,
  expected: readonly number[],
  more: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | FormData } = {},
): Promise<{ readonly response: Response; readonly text: string }> {
  const response = await fetch(`${url}${path}`, { method, headers: ADMIN, ...more });
  const text = await response.text();
  if (!expected.includes(response.status))
    throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return { response, text };
}

/** Safe for what the server says of its jobs: its tests hold it to that. */
const linksOf = (text: string) => (JSON.parse(text) as { links: Readonly<Record<string, string>> }).links;

const lately = () => `from=${new Date(Date.now() - SPAN).toISOString()}&to=${new Date().toISOString()}`;

/** What comes in by other ways than stations: pushes and imports. */
export function transfer(server: Server, calls: readonly StationCall[]): readonly Errand[] {
  let number = 0;
  const call = () => {
    number += 1;
    const { action, payload } = calls[number % calls.length] ?? { action: 'Heartbeat', payload: '{}' };
    return { id: `n${number}`, text: `[2,"n${number}","${action}",${payload}]` };
  };
  const push = async () => {
    const lines = Array.from({ length: LINES / 2 }, (_, place) => {
      const { id, text } = call();
      const line = (frame: string, direction: string) =>
        JSON.stringify({
          charger_id: `P${place % 7}`,
          occurrence_time: new Date().toISOString(),
          direction,
          frame,
        });
      return `${line(text, 'station_to_csms')}\n${line(`[3,"${id}",{}]`, 'csms_to_station')}`;
    });
    const headers = { ...ADMIN, 'content-type': 'application/x-ndjson', 'idempotency-key': `push-${number}` };
    await ask(server, 'POST', '/ocpp-logs/site/pushed', [200], { headers, body: lines.join('\n') });
  };
  const importing = async () => {
    const begin = Date.now() - FRAMES * 10;
    const lines = Array.from(
      { length: FRAMES },
      (_, place) => `${new Date(begin + place * 10).toISOString()} >> ${call().text}\n`,
    );
    const form = new FormData();
    form.append('file', new Blob(lines), 'station.log');
    const made = await ask(server, 'POST', '/imports?site=old&charger_id=OLD', [201], { body: form });
    const { run, events, self } = linksOf(made.text);
    await ask(server, 'POST', run ?? '', [202]);
    const { text } = await ask(server, 'GET', events ?? '', [200]);
    if (!/"state":"done"/.test(text)) throw new Error(`an import did not end well: ${text.slice(-500)}`);
    await ask(server, 'DELETE', self ?? '', [204]);
  };
  return [
    { what: 'pushes', everyMs: 5_000, work: push },
    { what: 'imports', everyMs: 30_000, work: importing },
  ];
}

/** Files. */
export function askFor(server: Server): readonly Errand[] {
  let number = 0;
  const work = async () => {
    number += 1;
    const wish = {
      sites: ['relayed', 'bench', 'pushed'],
      from: new Date(Date.now() - SPAN).toISOString(),
      to: new Date().toISOString(),
      format: FORMATS[number % FORMATS.length],
      pseudonymise: number % 2 === 0,
    };
    const body = JSON.stringify(wish);
    const { text } = await ask(server, 'POST', '/exports', [201, 202], { headers: JSON_TYPE, body });
    const { events, file, self } = linksOf(text);
    await ask(server, 'GET', events ?? '', [200]);
    await ask(server, 'GET', file ?? '', [200]);
    await ask(server, 'DELETE', self ?? '', [204]);
  };
  return [{ what: 'exports', everyMs: 20_000, work }];
}

/** Pages, searches, counts. */
export function lookUp(server: Server): readonly Errand[] {
  let number = 0;
  const search = async () => {
    number += 1;
    const q = encodeURIComponent(SEARCHES[number % SEARCHES.length] ?? '');
    const query = `${lately()}&include=exchange,raw${q === '' ? '' : `&q=${q}`}`;
    await ask(server, 'GET', `/ocpp-logs?${query}`, [200]);
  };
  const counts = async () => {
    await ask(server, 'GET', `/ocpp-logs/facets?${lately()}&fields=station,action,status`, [200]);
    await ask(server, 'GET', `/ocpp-logs/histogram?${lately()}`, [200]);
    await ask(server, 'GET', `/sites/bench/chargers/CP1?${lately()}`, [200, 404]);
    await ask(server, 'GET', '/status', [200]);
  };
  return [
    { what: 'searches', everyMs: 2_000, work: search },
    { what: 'rounds of counts', everyMs: 10_000, work: counts },
  ];
}

/** The dashboard, where it was built: the page and all that it names. */
export function servePage(server: Server): readonly Errand[] {
  const work = async () => {
    const { response, text } = await ask(server, 'GET', '/explore', [200, 404]);
    if (response.status === 404) return;
    const names = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
    for (const name of names) await ask(server, 'GET', name, [200]);
  };
  return [{ what: 'dashboards', everyMs: 10_000, work }];
}

/** Live tails, each for a while. */
export function reading({ url }: Server, signal: AbortSignal): readonly Errand[] {
  const work = async () => {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(TAIL_MS)]);
    const response = await fetch(`${url}/ocpp-logs/stream?include=exchange`, {
      headers: ADMIN,
      signal: ending,
    });
    if (response.status !== 200) throw new Error(`a live tail: ${response.status}`);
    try {
      for await (const _ of response.body ?? []) if (ending.aborted) break;
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  };
  return Array.from({ length: TAILS }, () => ({ what: 'live tails', everyMs: 5_000, work }));
}

/** A person comes, looks, and goes. */
export function signIn(server: Server, person: { readonly name: string; readonly password: string }): Errand {
  const work = async () => {
    const { response, text } = await ask(server, 'POST', '/session', [201], {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: person.name, password: person.password }),
    });
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    // Safe: what a sign-in is answered with.
    const { csrf } = JSON.parse(text) as { csrf: string };
    await ask(server, 'GET', '/sites', [200], { headers: { cookie } });
    await ask(server, 'DELETE', '/session', [204], { headers: { cookie, 'x-csrf-token': csrf } });
  };
  return { what: 'sign-ins', everyMs: 15_000, work };
}
