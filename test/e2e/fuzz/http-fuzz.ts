/** Requests of every kind to a running server, as its own description says what there is to ask. */

import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { ADMIN_TOKEN, eventually, type RunningServer, run, startServer } from '../running-server.ts';
import { AnswerJudge, MISNAMED } from './answer-faults.ts';
import { type ApiDocument, type ApiOperation, operationsOf } from './api-document.ts';
import { Dice } from './dice.ts';
import { collectionOf, type Draft, draftOf, Known, wireOf } from './draft.ts';
import { type Mutation, mutationsFor } from './mutations.ts';
import { ask, shellLine, type WireAnswer } from './wire.ts';

const KEPT = 'kept';
/** So often what piles up is taken away, and the server is asked whether it is well. */
const SWEEP_EVERY = 200;
const FAULTS_MAX = 20;
const PERSON = { name: 'boss', password: 'a password for fuzzing' };

const bearer = (token: string) => [['authorization', `Bearer ${token}`]] as const;
const ADMIN = bearer(ADMIN_TOKEN);

export interface FuzzFault {
  readonly request: number;
  readonly operation: string;
  readonly what: string;
  readonly mutations: readonly string[];
  /** For a shell. */
  readonly again: string;
  readonly answer: string;
}

export interface FuzzResult {
  readonly faults: readonly FuzzFault[];
  readonly statuses: ReadonlyMap<number, number>;
  readonly operations: ReadonlySet<string>;
}

interface Fuzz {
  readonly server: RunningServer;
  readonly document: ApiDocument;
  readonly known: Known;
  readonly callers: readonly (readonly (readonly [string, string])[])[];
  /** All entries of a site that no request changes. */
  readonly kept: string;
}

export async function startFuzzed(folder: string): Promise<Fuzz> {
  const added = await run(
    ['user', 'add', PERSON.name, '--role', 'admin', '--data', folder],
    {},
    PERSON.password,
  );
  assert.equal(added.code, 0, added.stderr);
  const config = {
    sites: [{ id: KEPT }, { id: 'depot' }],
    limits: { requests_per_minute: 10_000_000 },
    log_level: 'warn',
  };
  const server = await startServer({ folder, config: JSON.stringify(config) });
  try {
    // Safe: what the program says of itself, which its own tests hold it to.
    const document = (await (await server.get('/openapi.json')).json()) as ApiDocument;
    await push(server, KEPT, 'STAYS');
    await push(server, 'depot', 'CP1');
    const entries = (await page(server, 'depot')).matchAll(/"exchange":\{"id":"(\d+)"/g);
    const known = new Known({ sites: ['depot'], entries: [...entries].map(([, id]) => id ?? '') });
    const signed = await sendJson(server, '/session', { user: PERSON.name, password: PERSON.password });
    const cookie = signed.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { csrf } = (await signed.json()) as { csrf: string };
    const keys = await Promise.all(
      ['read', 'ingest'].map(async (scope) => {
        const made = await sendJson(server, '/keys', { name: scope, scopes: [scope] });
        return bearer(((await made.json()) as { bearer: string }).bearer);
      }),
    );
    const person = [
      ['cookie', cookie],
      ['x-csrf-token', csrf],
    ] as const;
    const admins = Array.from({ length: 12 }, () => ADMIN);
    return {
      server,
      document,
      known,
      callers: [...admins, ...keys, person, []],
      kept: await page(server, KEPT),
    };
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}

function sendJson({ url }: RunningServer, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  return fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function push({ url }: RunningServer, site: string, charger: string): Promise<void> {
  const lines = ['Heartbeat', 'StatusNotification', 'BootNotification', 'Авто'].map((action, at) =>
    JSON.stringify({
      charger_id: charger,
      occurrence_time: new Date(Date.now() - 60_000 + at * 1_000).toISOString(),
      direction: 'station_to_csms',
      frame: [2, `m${at}`, action, {}],
    }),
  );
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    'content-type': 'application/x-ndjson',
    'x-ocpp-logs-end': '1',
  };
  const answer = await fetch(`${url}/ocpp-logs/site/${site}`, {
    method: 'POST',
    headers,
    body: lines.join('\n'),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function page(server: RunningServer, site: string): Promise<string> {
  const kinds = 'exchange,orphan,malformed,connection';
  const answer = await server.get(
    `/ocpp-logs/site/${site}?from=2020-01-01&to=2100-01-01&kinds=${kinds}&include=exchange,raw,validation`,
  );
  assert.equal(answer.status, 200);
  return answer.text();
}

/** Requests `first` up to `first + count` of a seed. */
export async function fuzz(
  { server, document, known, callers }: Fuzz,
  seed: number,
  count: number,
): Promise<FuzzResult> {
  const judge = new AnswerJudge(document);
  const all = operationsOf(document);
  const statuses = new Map<number, number>();
  const operations = new Set<string>();
  const faults: FuzzFault[] = [];
  const dice = new Dice(seed);
  const { host } = new URL(server.url);
  for (let request = 0; request < count && faults.length < FAULTS_MAX; request++) {
    if (request % SWEEP_EVERY === 0) await sweep(server);
    // Each in turn, so that none is left out.
    const operation = all[request % all.length] ?? assert.fail('nothing is described');
    const draft = draftOf(document, operation, known, dice);
    draft.credentials = dice.one(callers);
    const mutations = mutationsFor(draft, dice);
    const tried = async (done: readonly Mutation[]) => {
      const wire = wireOf(mutated(draft, done));
      const answer = await ask(server.url, wire);
      return { wire, answer, fault: judge.fault(operation, wire, done, answer) };
    };
    let found = await tried(mutations);
    learn(known, operation, found.answer);
    const { status } = found.answer;
    statuses.set(status ?? 0, (statuses.get(status ?? 0) ?? 0) + 1);
    operations.add(operation.operationId);
    if (found.fault === null) continue;
    // What was wrong before is not about what was done.
    if (found.fault.startsWith(MISNAMED) && (await tried([])).answer.status === 400) continue;
    let needed = mutations;
    for (const mutation of mutations) {
      const fewer = needed.filter((each) => each !== mutation);
      const again = await tried(fewer);
      if (again.fault === null) continue;
      needed = fewer;
      found = again;
    }
    faults.push({
      request,
      operation: operation.operationId,
      what: found.fault ?? '',
      mutations: needed.map(({ what }) => what),
      again: shellLine(found.wire, host),
      answer: found.answer.body.toString().slice(0, 600),
    });
  }
  return { faults, statuses, operations };
}

function mutated(draft: Draft, mutations: readonly Mutation[]): Draft {
  const copy: Draft = {
    ...draft,
    path: new Map(draft.path),
    query: draft.query.map(([name, value]) => [name, value]),
    headers: [...draft.headers],
    body: Array.isArray(draft.body) ? draft.body.map(([name, value]) => [name, value]) : draft.body,
  };
  for (const { apply } of mutations) apply(copy);
  return copy;
}

function learn(known: Known, { path, method }: ApiOperation, { status, body }: WireAnswer): void {
  if (method !== 'POST' || (status !== 201 && status !== 202)) return;
  const id = /"id":"([^"]+)"/.exec(body.toString())?.[1];
  if (id !== undefined) known.add(collectionOf(path), id);
}

/** Jobs would be refused once there are too many of them. */
async function sweep(server: RunningServer): Promise<void> {
  assert.equal((await server.get('/readyz')).status, 200);
  for (const [path, member] of [
    ['/imports', 'imports'],
    ['/exports', 'exports'],
  ] as const) {
    const list = (await (await server.get(path)).json()) as Readonly<
      Record<string, readonly { readonly id: string }[]>
    >;
    for (const { id } of list[member] ?? []) {
      await fetch(`${server.url}${path}/${id}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
    }
  }
}

/** After all requests: it is as it was, and has nothing to complain of. */
export async function unharmed({ server, kept }: Fuzz, socketsBefore: number | null): Promise<void> {
  assert.equal((await server.get('/readyz')).status, 200);
  assert.equal(await page(server, KEPT), kept, 'what was recorded is as it was');
  if (socketsBefore !== null)
    await eventually(
      async () => openSockets(server) ?? 0,
      (open) => open <= socketsBefore + 2,
    );
  const told = server.output().split('\n');
  assert.deepEqual(
    told.filter((line) => /"level":[56]0|Unhandled|Warning:/.test(line)),
    [],
  );
}

/** null: not told here. */
export function openSockets({ pid }: RunningServer): number | null {
  if (process.platform !== 'linux') return null;
  return readdirSync(`/proc/${pid}/fd`).filter((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('socket:');
    } catch {
      // It was closed meanwhile.
      return false;
    }
  }).length;
}

export function told(faults: readonly FuzzFault[], seed: number): string {
  return faults
    .map(
      ({ request, operation, what, mutations, again, answer }) =>
        `seed ${seed}, request ${request}, ${operation}: ${what} (${mutations.join(', ')})\n  ${again}\n  ${answer}`,
    )
    .join('\n');
}
