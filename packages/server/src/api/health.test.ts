import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

test('alive and ready are told apart, to everyone, and nothing else is told', async (t) => {
  let reason: string | null = 'The recorder has not answered for 7 s.';
  const { app } = server(t, { unready: () => reason });
  assert.equal((await app.inject('/livez')).body, '{"status":"ok"}');
  const before = await app.inject('/readyz');
  assert.equal(before.statusCode, 503);
  assert.equal(before.json().detail, reason);
  assert.match(String(before.headers['retry-after']), /^\d+$/);
  reason = null;
  assert.equal((await app.inject('/rest/v1/readyz')).body, '{"status":"ok"}');
});

test('the counts of process, recorder, server and requests are given as Prometheus text', async (t) => {
  const { app } = server(t);
  await app.inject({ url: '/sites/nowhere', headers: asAdmin });
  await app.inject('/no/such/address');
  const { headers, body } = await app.inject({ url: '/metrics', headers: asAdmin });
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(body, /^# TYPE ocpp_logs_frames_total counter\nocpp_logs_frames_total 3$/m);
  assert.match(body, /^ocpp_logs_connections 2$/m);
  assert.match(body, /^ocpp_logs_process_resident_memory_bytes \d+$/m);
  assert.match(body, /^ocpp_logs_process_external_bytes \d+$/m);
  assert.match(body, /^ocpp_logs_event_loop_delay_seconds\{quantile="0.99"\} \d+(\.\d+)?$/m);
  assert.match(body, /_count\{method="GET",route="\/sites\/:id",status="404"\} 1$/m);
  assert.match(body, /_bucket\{method="GET",route="none",status="404",le="\+Inf"\} 1$/m);
  for (const line of body.trimEnd().split('\n')) {
    assert.match(line, /^(# (TYPE|HELP) [a-z_]+ .+|[a-z_]+(\{[^}]*\})? [-+.e\d]+)$/);
  }
});

test('who reads some sites only is given the counts of the process, and nothing that others did', async (t) => {
  const { app, control } = server(t);
  await app.inject({ url: '/sites/nowhere', headers: asAdmin });
  await addUser(control, 'ada', [{ site: 'depot', role: 'admin' }]);
  await addUser(control, 'bob', [{ site: null, role: 'viewer' }]);
  const namesFor = async (user: string) => {
    const browser = new Browser(app);
    await browser.signIn(user);
    const { statusCode, body } = await browser.send('GET', '/metrics');
    assert.equal(statusCode, 200);
    const lines = body.split('\n').filter((line: string) => /^[a-z]/.test(line));
    return new Set(lines.map((line: string) => /^[a-z_]+/.exec(line)?.[0] ?? line));
  };
  const some = await namesFor('ada');
  assert.ok(some.has('ocpp_logs_process_resident_memory_bytes'));
  for (const name of some) assert.match(name, /^ocpp_logs_(process|event_loop)_/);
  const all = await namesFor('bob');
  for (const name of ['frames_total', 'connections', 'live_tails', 'http_request_duration_seconds_count']) {
    assert.ok(all.has(`ocpp_logs_${name}`), name);
  }
});
