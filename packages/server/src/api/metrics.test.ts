import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLines, RequestMetrics } from './metrics.ts';

test('durations fall into buckets that add up', () => {
  const requests = new RequestMetrics();
  for (const seconds of [0.001, 0.005, 0.3, 99]) requests.observe('GET', '/sites', 200, seconds);
  const lines = requests.lines();
  const bucket = (end: string) => lines.find((line) => line.includes(`le="${end}"`))?.split(' ')[1];
  assert.deepEqual(['0.005', '0.25', '0.5', '10', '+Inf'].map(bucket), ['2', '2', '3', '3', '4']);
  assert.ok(lines.some((line) => line.endsWith('_sum{method="GET",route="/sites",status="200"} 99.306')));
});

test('names of counts are made fit for Prometheus', () => {
  assert.deepEqual(countLines({ 'a-b.c_total': 2, tooSlow: 1 }), [
    '# TYPE ocpp_logs_a_b_c_total counter',
    'ocpp_logs_a_b_c_total 2',
    'ocpp_logs_too_slow 1',
  ]);
});
