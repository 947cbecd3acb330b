/** People who sign in to the program itself: over restarts, beside the command line, with everything that keys can do. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { eventually, type RunningServer, run, startServer, temporaryFolder } from './running-server.ts';

const PASSWORD = 'correct horse battery';
const SITES = 'sites:\n  - id: fixed\n';

let folder = '';
let server: RunningServer;
before(async () => {
  folder = await temporaryFolder();
  server = await startServer({ folder, config: SITES });
  await beside(['site', 'add', 'depot']);
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const beside = (args: readonly string[], input = '') => run([...args, '--data', folder], {}, input);

interface Session {
  readonly cookie: string;
  readonly csrf: string;
}

/** Of the answer to a sign-in. */
async function sessionOf(response: Response): Promise<Session> {
  assert.equal(response.status, 201, await response.clone().text());
  const [cookie = ''] = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  return { cookie, csrf: ((await response.json()) as { csrf: string }).csrf };
}

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function addAndSignIn(name: string, ...args: string[]): Promise<Session> {
  const added = await beside(['user', 'add', name, ...args], PASSWORD);
  assert.equal(added.code, 0, added.stderr);
  const response = await eventually(
    () => post('/session', { user: name, password: PASSWORD }),
    ({ status }) => status !== 401,
  );
  return sessionOf(response);
}

function send(
  method: string,
  path: string,
  { cookie, csrf }: Session,
  body?: string,
  type = 'application/json',
) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: { cookie, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
}

const status = async (path: string, { cookie }: Session) =>
  (await fetch(`${server.url}${path}`, { headers: { cookie } })).status;

test('a session goes on when the server is started anew, and ends when its user is removed beside it', async () => {
  const ada = await addAndSignIn('ada', '--role', 'admin');
  await addAndSignIn('boss', '--role', 'admin');
  assert.equal(await status('/rest/v1/session', ada), 200);
  assert.equal(await server.stop(), 0);
  server = await startServer({ folder, config: SITES });
  assert.equal(await status('/rest/v1/session', ada), 200);
  const tail = await fetch(`${server.url}/ocpp-logs/site/depot/stream`, { headers: { cookie: ada.cookie } });
  assert.equal(tail.status, 200);
  assert.equal((await beside(['user', 'remove', 'ADA'])).stdout, 'removed ada\n');
  // Ends by itself, or this would wait for ever.
  await tail.text();
  assert.equal(await status('/rest/v1/session', ada), 401);
});

test('another password beside the server ends the sessions; a link signs in once', async () => {
  const cleo = await addAndSignIn('cleo', '--role', 'viewer', '--sites', 'depot');
  assert.equal((await beside(['user', 'password', 'cleo'], 'another password')).code, 0);
  await eventually(
    () => status('/session', cleo),
    (code) => code === 401,
  );
  const { stdout } = await beside(['user', 'link', 'cleo']);
  const link = new URL(stdout.trim());
  assert.equal(`${link.origin}${link.pathname}`, `${server.url}/sign-in`);
  const token = link.hash.replace('#token=', '');
  const again = await sessionOf(await post('/session', { token }));
  assert.equal((await post('/session', { token })).status, 401);
  assert.equal(await status('/sites/depot', again), 200);
  assert.equal(await status('/sites/fixed', again), 404);
});

test('an operator imports with a session, and not without its token; a viewer does not', async () => {
  const ben = await addAndSignIn('ben', '--role', 'operator', '--sites', 'depot');
  const eve = await addAndSignIn('eve', '--role', 'viewer');
  const log = '2026-01-05T10:00:00.000Z [2,"1","Heartbeat",{}]\n';
  const path = '/rest/v1/imports?site=depot&charger_id=CP-1&run=true';
  const upload = (session: Session) => send('POST', path, session, log, 'application/octet-stream');
  assert.equal((await upload({ ...ben, csrf: '' })).status, 403);
  assert.equal((await upload(eve)).status, 403);
  const answer = await upload(ben);
  assert.equal(answer.status, 201, await answer.clone().text());
  const page = '/ocpp-logs/site/depot?from=2026-01-05&to=2026-01-06';
  const { count } = await eventually(
    async () => (await (await send('GET', page, ben)).json()) as { count: number },
    (found) => found.count > 0,
  );
  assert.equal(count, 1);
});

test('what an admin changes of a site is in its log, and counts at once', async () => {
  const dan = await addAndSignIn('dan', '--role', 'admin', '--sites', 'depot');
  const change = (body: object) => send('PATCH', '/rest/v1/sites/depot', dan, JSON.stringify(body));
  assert.equal((await change({ retention_days: 400, name: 'Depot North' })).status, 200);
  const page = '/ocpp-logs/site/depot?from=2020-01-01&to=2100-01-01&kinds=setting&include=exchange';
  interface Page {
    readonly ocpp_logs: readonly {
      readonly site_name: string;
      readonly exchange: { readonly event: object };
    }[];
  }
  const { ocpp_logs } = await eventually(
    async () => (await (await send('GET', page, dan)).json()) as Page,
    (found) => found.ocpp_logs.length > 0,
  );
  assert.deepEqual(ocpp_logs[0]?.exchange.event, {
    by: 'user dan',
    event: 'setting',
    setting: 'retention_days',
    from: '0',
    to: '400',
  });
  assert.equal(ocpp_logs[0]?.site_name, 'Depot North');
  const fixed = await send('PATCH', '/sites/fixed', dan, '{}');
  assert.equal(fixed.status, 404);
  const other = await send('POST', '/sites', dan, JSON.stringify({ id: 'other' }));
  assert.equal(other.status, 403);
});

test('a key that is made over HTTP is listed by the command line, and one that is revoked there is refused here', async () => {
  const made = await fetch(`${server.url}/keys`, {
    method: 'POST',
    headers: { authorization: 'Bearer an-admin-token-for-tests-only', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'over http' }),
  });
  const { id, bearer } = (await made.json()) as { id: string; bearer: string };
  assert.match(
    (await beside(['key', 'list'])).stdout,
    new RegExp(`^${id} +over http +read +all +active`, 'm'),
  );
  const ask = async () =>
    (await fetch(`${server.url}/sites`, { headers: { authorization: `Bearer ${bearer}` } })).status;
  assert.equal(await ask(), 200);
  await beside(['key', 'revoke', id]);
  await eventually(ask, (code) => code === 401);
});
