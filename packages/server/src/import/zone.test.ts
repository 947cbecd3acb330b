import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetsOf, utcOf } from './zone.ts';

function utc(local: string, zone: string): string {
  return new Date(utcOf(Date.parse(`${local}Z`), offsetsOf(zone))).toISOString();
}

test('local times of summer and winter', () => {
  assert.equal(utc('2024-07-15T12:00:00', 'Europe/Berlin'), '2024-07-15T10:00:00.000Z');
  assert.equal(utc('2024-01-15T12:00:00', 'America/New_York'), '2024-01-15T17:00:00.000Z');
  assert.equal(utc('2024-01-15T12:00:00', 'Asia/Kolkata'), '2024-01-15T06:30:00.000Z');
  assert.equal(utc('2024-01-15T12:00:00', 'UTC'), '2024-01-15T12:00:00.000Z');
});

test('on the days of change: the hour that comes twice is the first, the one left out keeps the earlier offset', () => {
  assert.equal(utc('2024-03-31T01:59:59', 'Europe/Berlin'), '2024-03-31T00:59:59.000Z');
  assert.equal(utc('2024-03-31T02:30:00', 'Europe/Berlin'), '2024-03-31T01:30:00.000Z');
  assert.equal(utc('2024-03-31T03:00:00', 'Europe/Berlin'), '2024-03-31T01:00:00.000Z');
  assert.equal(utc('2024-10-27T02:30:00', 'Europe/Berlin'), '2024-10-27T00:30:00.000Z');
  assert.equal(utc('2024-10-27T03:00:00', 'Europe/Berlin'), '2024-10-27T02:00:00.000Z');
});
