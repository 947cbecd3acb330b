import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../store/audit.ts';
import { AuditTrail } from './audit-trail.ts';

test('of more kinds than are told apart in a minute the rest is told together, with how many', async () => {
  const written: AuditEvent[] = [];
  const control = {
    audit: async (events: readonly AuditEvent[]) => {
      written.push(...events);
    },
  };
  const trail = new AuditTrail(control, () => 0, { error: () => assert.fail('it was written') });
  const read = (n: number) =>
    trail.often({
      actor: `key_${n}`,
      name: `key ${n}`,
      action: 'raw-read',
      site: 'depot',
      target: null,
      address: '192.0.2.1',
      request: null,
      details: {},
    });
  for (let n = 0; n < 1_010; n += 1) read(n);
  await trail.close();
  const others = written.filter(({ actor }) => actor === 'others');
  assert.equal(written.length - others.length, 1_000);
  assert.deepEqual(
    others.map(({ count, site, address }) => [count, site, address]),
    [
      [1, null, null],
      [9, null, null],
    ],
  );
});
