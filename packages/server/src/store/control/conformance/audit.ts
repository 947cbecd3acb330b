import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEvent, type AuditQuery, COMMAND_LINE } from '../../audit.ts';
import type { ControlStore } from '../../control-store.ts';
import type { OpenPlace } from './opened.ts';

const DAY = 86_400_000;
const ALL: AuditQuery = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  actor: null,
  actions: null,
  site: null,
  before: null,
  take: 100,
};

function event(at: number, change: Partial<AuditEvent> = {}): AuditEvent {
  const rest = { site: null, target: null, address: null, request: null, details: {}, count: 1 };
  return { ...COMMAND_LINE, ...rest, action: 'key-made', at, ...change };
}

async function numbers({ audit }: ControlStore, change: Partial<AuditQuery> = {}): Promise<number[]> {
  return (await audit.list({ ...ALL, ...change })).map(({ n }) => n);
}

export function auditConformance(name: string, open: OpenPlace): void {
  test(`${name}: records of the audit log come back as they were written, newest first`, async (t) => {
    const place = await open(t);
    const { audit } = await place();
    const detailed = event(2, {
      site: 'depot',
      target: 'x',
      address: '::1',
      request: 'r',
      details: { a: ['b', 'c'], n: 1, yes: true, none: null },
      count: 7,
    });
    await audit.append([event(1), detailed]);
    await audit.append([]);
    assert.deepEqual(await (await place()).audit.list(ALL), [
      { n: 2, ...detailed },
      { n: 1, ...event(1) },
    ]);
  });

  test(`${name}: the audit log is asked by time, actor, action, site and place`, async (t) => {
    const store = await (await open(t))();
    await store.audit.append([
      event(10),
      event(20, { actor: 'user_1', name: 'ada', action: 'sign-in' }),
      event(30, { site: 'depot', action: 'site-made' }),
      event(40, { actor: 'ada', name: 'other' }),
    ]);
    assert.deepEqual(await numbers(store, { from: 20, to: 40 }), [3, 2]);
    assert.deepEqual(await numbers(store, { actor: 'ada' }), [4, 2]);
    assert.deepEqual(await numbers(store, { actions: ['sign-in', 'site-made'] }), [3, 2]);
    assert.deepEqual(await numbers(store, { actions: [] }), []);
    assert.deepEqual(await numbers(store, { site: 'depot' }), [3]);
    assert.deepEqual(await numbers(store, { before: 3, take: 1 }), [2]);
  });

  test(`${name}: records that are too old go, and those beyond so many; numbers are never given again`, async (t) => {
    const store = await (await open(t))();
    const now = 1_000 * DAY;
    await store.audit.append([event(now - 401 * DAY), event(now - 399 * DAY), event(now)]);
    await store.purge(now);
    assert.deepEqual(await numbers(store), [3, 2]);
    await store.audit.purge(0, 1);
    await store.audit.append([event(now)]);
    assert.deepEqual(await numbers(store), [4, 3]);
    await store.purge(now + 500 * DAY, 1_000);
    assert.equal((await numbers(store)).length, 2);
    await store.purge(now + 500 * DAY);
    await store.audit.append([event(now)]);
    assert.deepEqual(await numbers(store), [5]);
  });
}
