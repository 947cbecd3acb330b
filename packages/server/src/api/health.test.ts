import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, server } from './fixtures.ts';

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
