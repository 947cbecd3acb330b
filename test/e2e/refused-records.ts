/** Jobs at a server whose control data takes no record of them, whichever database it is in. */

import assert from 'node:assert/strict';
import { ADMIN_TOKEN, eventually, type RunningServer } from './running-server.ts';

const AUTHORIZATION = { authorization: `Bearer ${ADMIN_TOKEN}` };
const JSON_HEADERS = { ...AUTHORIZATION, 'content-type': 'application/json' };
const TAG = 'Driver4711Secret';
const LOG = `2026-01-05T10:00:00Z >> [2,"1","Authorize",{"idTag":"${TAG}"}]\n`;
const RANGE = { site: 'depot', from: '2020-01-01', to: '2100-01-01' };

interface Refusal {
  /** Of a table of control data: nothing can be added to it until `again`. */
  readonly refuse: (table: string) => Promise<void>;
  readonly again: (table: string) => Promise<void>;
  /** What jobs are recorded in. */
  readonly tables: readonly string[];
}

interface Job {
  readonly id: string;
  readonly state: string;
}

/** A server with a site `depot`. */
export async function assertNothingUnrecorded(
  server: RunningServer,
  { refuse, again, tables }: Refusal,
): Promise<void> {
  const post = (
    path: string,
    body: string | FormData | null = null,
    headers: Record<string, string> = AUTHORIZATION,
  ) => fetch(`${server.url}/rest/v1${path}`, { method: 'POST', headers, body });
  const upload = (query = '') => {
    const file = new FormData();
    file.append('file', new Blob([LOG]), 'station.log');
    return post(`/imports?site=depot&charger_id=CP_1${query}`, file);
  };
  const ask = (path: string, body: object) => post(path, JSON.stringify(body), JSON_HEADERS);
  const told = async <T>(path: string) => (await (await server.get(`/rest/v1${path}`)).json()) as T;
  const entries = async () => {
    const query = 'from=2020-01-01&to=2100-01-01&include=raw';
    return (await told<{ ocpp_logs: readonly unknown[] }>(`/ocpp-logs/site/depot?${query}`)).ocpp_logs;
  };
  const imports = async () => (await told<{ imports: readonly Job[] }>('/imports')).imports;
  const refused = async (asked: Promise<Response>) => {
    const answer = await asked;
    const body = await answer.text();
    assert.equal(answer.status, 503, body);
    assert.match(body, /Nothing was begun/);
    assert.ok(!body.includes('no room for it'), 'what the database said is not told');
  };
  const { id: previewed } = (await (await upload()).json()) as Job;
  assert.ok(previewed);

  for (const table of tables) {
    await refuse(table);
    await refused(ask('/exports', RANGE));
    await refused(upload('&run=true'));
    if (table === 'audit') {
      await refused(post(`/imports/${previewed}/run`));
      await refused(ask('/erasures', { site: 'depot', id_tag: TAG }));
    }
    await again(table);
    assert.deepEqual(await told('/exports'), { exports: [] });
    assert.deepEqual(
      (await imports()).map(({ id, state }) => [id, state]),
      [[previewed, 'previewed']],
    );
    assert.deepEqual(await entries(), []);
    const { erasures } = await told<{ erasures: readonly Job[] }>('/erasures');
    assert.ok(erasures.every(({ state }) => state === 'failed'));
  }

  assert.equal((await post(`/imports/${previewed}/run`)).status, 202);
  await eventually(imports, ([job]) => job?.state === 'done');
  assert.equal((await entries()).length, 1);
  assert.ok((await ask('/exports', RANGE)).ok);
  const erasure = (await (await ask('/erasures', { site: 'depot', id_tag: TAG })).json()) as Job;
  await eventually(
    () => told<Job>(`/erasures/${erasure.id}`),
    ({ state }) => state === 'done',
  );
  assert.ok(!JSON.stringify(await entries()).includes(TAG));
  const { records } = await told<{ records: readonly { action: string; target: string | null }[] }>('/audit');
  const jobs = records.filter(({ action }) => /^(?:export-asked|import-run|id-tag-erased)$/.test(action));
  // Of an erasure its beginning and its end.
  assert.deepEqual(jobs.map(({ action }) => action).reverse(), [
    'import-run',
    'export-asked',
    'id-tag-erased',
    'id-tag-erased',
  ]);
}
