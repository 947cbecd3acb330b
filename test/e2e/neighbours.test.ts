/** What only the entries around it tell of an entry, by the program itself: beside the entry, and by a search. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN_TOKEN, startServer } from './running-server.ts';

interface Told {
  readonly exchange: { readonly message_id: string | null };
  readonly validation: {
    readonly complete: boolean;
    readonly findings: readonly { readonly code: string; readonly severity: string }[];
  };
}

const event = (place: number, seqNo: number) => {
  const timestamp = new Date(Date.UTC(2026, 0, 5, 10, place)).toISOString();
  const payload = {
    eventType: ['Started', 'Updated', 'Updated', 'Ended'][place],
    timestamp,
    triggerReason: 'MeterValuePeriodic',
    seqNo,
    transactionInfo: { transactionId: 'tx-1' },
    evse: { id: 1, connectorId: 1 },
  };
  const line = (direction: string, frame: unknown) => ({
    charger_id: 'CP_1',
    occurrence_time: timestamp,
    direction,
    version: '2.0.1',
    frame: JSON.stringify(frame),
  });
  return [
    line('station_to_csms', [2, `m${place}`, 'TransactionEvent', payload]),
    line('csms_to_station', [3, `m${place}`, {}]),
  ];
};

test('a gap in the numbers of a transaction stands at the event behind it, and is found by its code', async (t) => {
  const server = await startServer({ config: 'sites: [{id: depot}]\n' });
  t.after(() => server.stop());
  const lines = [0, 1, 3, 4].flatMap((seqNo, place) => event(place, seqNo));
  const pushed = await fetch(`${server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  assert.equal(pushed.status, 200, await pushed.clone().text());

  const told = async (query: string): Promise<readonly Told[]> => {
    const range = 'from=2026-01-05&to=2026-01-06&sort_order=asc&include=exchange,validation&kinds=exchange';
    const page = await server.get(`/rest/v1/ocpp-logs/site/depot?${range}${query}`);
    assert.equal(page.status, 200, await page.clone().text());
    // Safe: it is the server under test, and what it says is asserted.
    return ((await page.json()) as { readonly ocpp_logs: readonly Told[] }).ocpp_logs;
  };
  const gaps = (entry: Told) => entry.validation.findings.filter(({ code }) => code === 'seq-gap');
  const all = await told('');
  assert.deepEqual(
    all.map((entry) => [entry.exchange.message_id, entry.validation.complete, gaps(entry).length]),
    [
      ['m0', true, 0],
      ['m1', true, 0],
      ['m2', true, 1],
      ['m3', true, 0],
    ],
  );
  assert.equal(all[2] && gaps(all[2])[0]?.severity, 'violates');
  const found = await told('&q=finding:seq-gap');
  assert.deepEqual(
    found.map(({ exchange }) => exchange.message_id),
    ['m2'],
  );
});
