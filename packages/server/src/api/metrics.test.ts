import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DelaySum } from '../capture/recorder/frame-delays.ts';
import { countLines, delayLines, RequestMetrics } from './metrics.ts';

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

test('delays of frames are histograms whose buckets add up', () => {
  const [committed, synced] = [new DelaySum(), new DelaySum()];
  committed.add(0.25, 3);
  committed.add(0.251, 2);
  synced.add(99, 5);
  const lines = delayLines({ committed, synced });
  const value = (name: string) => lines.find((line) => line.startsWith(`ocpp_logs_${name} `))?.split(' ')[1];
  const bucket = (of: string, end: string) => value(`${of}_delay_seconds_bucket{le="${end}"}`);
  assert.deepEqual(
    ['0.2', '0.25', '0.35', '+Inf'].map((end) => bucket('commit', end)),
    ['0', '3', '5', '5'],
  );
  assert.deepEqual([bucket('disk', '10'), bucket('disk', '+Inf')], ['0', '5']);
  assert.deepEqual([value('commit_delay_seconds_count'), value('disk_delay_seconds_sum')], ['5', '495']);
});
