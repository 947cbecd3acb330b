/** Control records for tests. */

import type { KeyRecord, Site, StartOfTransaction } from '../control.ts';

export function site(change: Partial<Site> = {}): Site {
  return {
    id: 'depot',
    name: 'Depot North',
    timezone: 'Europe/Berlin',
    upstream: null,
    retentionDays: 0,
    retentionDaysInfo: 0,
    retentionDaysDebug: 0,
    level: 'debug',
    pseudonymiseIdTags: false,
    stationAuth: 'none',
    upstreamTrusted: true,
    origin: 'added',
    changedBy: null,
    ...change,
  };
}

export function keyRecord(change: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: 'k1',
    name: 'test',
    apiKey: 'api-key-1',
    scopes: ['read'],
    sites: null,
    expires: null,
    created: 1_000,
    lastUsed: null,
    revoked: false,
    bearerHash: 'aa',
    sealedSecret: new Uint8Array([1, 2, 3]),
    ...change,
  };
}

export function start(change: Partial<StartOfTransaction> = {}): StartOfTransaction {
  return {
    site: 'depot',
    charger: 'CP-1',
    messageId: 'm-1',
    idTag: 'TAG',
    connector: 1,
    timestamp: '2026-01-05T10:00:00Z',
    ...change,
  };
}
