/**
 * A client written from the published sample: hash the secret, sign `METHOD:path:timestamp:`. The page's prose signs
 * the path with /rest/v1, its sample without; both must do.
 */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { eventually, type RunningServer, run, startServer } from './running-server.ts';

let server: RunningServer;
let key: { api_key: string; secret: string };
before(async () => {
  server = await startServer({ config: 'sites:\n  - id: depot\n    name: Depot\n' });
  const made = await run([
    'key',
    'create',
    '--name',
    'sample',
    '--scopes',
    'read,ingest',
    '--json',
    '--data',
    server.folder,
  ]);
  key = JSON.parse(made.stdout);
  await eventually(
    () => signed('GET', '/ocpp-logs/site/depot?from=2024-01-01&to=2024-01-02', ''),
    (response) => response.status === 200,
  );
});
after(() => server.stop());

/** `signedPath` is what the client signs, `prefix` what it puts before it when it asks. */
async function signed(
  method: string,
  signedPath: string,
  prefix: string,
  body?: Uint8Array,
  headers: Record<string, string> = {},
) {
  const hashedSecret = createHash('sha256').update(key.secret).digest('hex');
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const hmac = createHmac('sha256', hashedSecret).update(`${method}:${signedPath}:${timestamp}:`);
  if (body !== undefined) hmac.update(body);
  return fetch(`${server.url}${prefix}${signedPath}`, {
    method,
    headers: {
      'x-api-key': key.api_key,
      'x-req-timestamp': timestamp,
      'x-signature': hmac.digest('hex'),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

const LINES = [
  {
    charger_id: 'CP 1',
    occurrence_time: '2024-01-01T10:00:00.500Z',
    direction: 'station_to_csms',
    frame: [2, '1', 'Heartbeat', {}],
  },
  {
    charger_id: 'CP 1',
    occurrence_time: '2024-01-01T10:00:00.750Z',
    direction: 'csms_to_station',
    frame: '[3,"1",{"currentTime":"2024-01-01T10:00:00Z"}]',
  },
  {
    charger_id: 'CP 1',
    occurrence_time: 'yesterday',
    direction: 'station_to_csms',
    frame: '[2,"2","Heartbeat",{}]',
  },
];

test('what is pushed is durable when it is answered, adds nothing twice, and is read back by both ways of signing', async () => {
  const body = Buffer.from(LINES.map((line) => JSON.stringify(line)).join('\n'));
  const path = '/ocpp-logs/site/depot';
  const first = await signed('POST', path, '/rest/v1', body, { 'content-type': 'application/x-ndjson' });
  assert.equal(first.status, 200);
  assert.deepEqual(await first.json(), {
    accepted: 2,
    duplicates: 0,
    rejected: [
      {
        line: 3,
        reason: 'occurrence_time "yesterday" is no ISO 8601 time with zone, such as 2026-01-05T14:58:38.250Z',
      },
    ],
  });
  const zipped = await signed('POST', path, '/rest/v1', gzipSync(body), {
    'content-type': 'application/x-ndjson',
    'content-encoding': 'gzip',
  });
  assert.deepEqual([zipped.status, ((await zipped.json()) as { duplicates: number }).duplicates], [200, 2]);

  const query =
    '/ocpp-logs/site/depot?from=2024-01-01&to=2024-01-02&actions=Heartbeat&sort_order=asc&take=10&skip=0';
  const bodies = await Promise.all(
    [signed('GET', query, ''), signed('GET', query, '/rest/v1'), signed('GET', `/rest/v1${query}`, '')].map(
      async (asked) => {
        const response = await asked;
        return [response.status, await response.text()];
      },
    ),
  );
  assert.equal(new Set(bodies.map((answer) => JSON.stringify(answer))).size, 1, 'all three say the same');
  const [status, text] = bodies[0] ?? [];
  assert.equal(status, 200);
  const page = JSON.parse(String(text)) as {
    count: number;
    ocpp_logs: { occurrence_time: string; payload: unknown }[];
  };
  assert.equal(page.count, 1);
  assert.equal(page.ocpp_logs[0]?.occurrence_time, '2024-01-01T10:00:00.500Z');
  assert.deepEqual(page.ocpp_logs[0]?.payload, {});
});

test('a charger that was only ever pushed is told with when it was last heard', async () => {
  const site = (await (await signed('GET', '/sites/depot', '')).json()) as {
    chargers: Record<string, unknown>[];
  };
  assert.deepEqual(
    site.chargers.map(({ id, connected, last_seen }) => ({ id, connected, last_seen })),
    [{ id: 'CP 1', connected: false, last_seen: '2024-01-01T10:00:00.750Z' }],
  );
});

test('a signature over something else is refused, and says what is signed', async () => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hashedSecret = createHash('sha256').update(key.secret).digest('hex');
  const signature = createHmac('sha256', hashedSecret).update(`GET:/other:${timestamp}:`).digest('hex');
  const response = await fetch(`${server.url}/ocpp-logs/site/depot?from=2024-01-01&to=2024-01-02`, {
    headers: { 'x-api-key': key.api_key, 'x-req-timestamp': timestamp, 'x-signature': signature },
  });
  assert.equal(response.status, 401);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.match(await response.text(), /METHOD:URL_PATH:TIMESTAMP:BODY/);
});
