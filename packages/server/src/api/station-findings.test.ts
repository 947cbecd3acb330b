import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conclusion, FindingCount } from '@ocpp-logs/core';
import { asAdmin, DAY, server } from './fixtures.ts';

const URL = '/sites/depot/chargers/CP-1/findings';
const AT = Date.UTC(2026, 0, 5, 10);
const PROOF = { entry: '7', at: AT, what: 'BootNotification Rejected' };
const CONCLUSION: Conclusion = {
  rule: 'boot-not-accepted',
  severity: 'failure',
  text: 'The CSMS does not accept the station (Rejected).',
  remedy: 'Add it.',
  clause: 'OCPP 1.6 4.2',
  times: 2,
  evidence: [PROOF],
};
const FINDING: FindingCount = {
  code: 'field-unknown',
  severity: 'violates',
  text: 'The message has no such field.',
  clause: 'JSON schema',
  count: 3,
  first: PROOF,
  path: 'request.x',
  detail: null,
};

test('conclusions and findings come with the entries that prove them, and with how much was looked at', async (t) => {
  const { app, reader } = server(t);
  reader.told = { conclusions: [CONCLUSION], findings: [FINDING], read: 12, cutAt: AT + 1 };
  const answer = await app.inject({ url: `${URL}?${DAY}`, headers: asAdmin });
  const proof = { time: '2026-01-05T10:00:00.000Z', entry_id: '7', what: PROOF.what };
  assert.deepEqual(answer.json(), {
    site_id: 'depot',
    charger_id: 'CP-1',
    from: '2026-01-05T00:00:00.000Z',
    to: '2026-01-06T00:00:00.000Z',
    complete: false,
    read_to: '2026-01-05T10:00:00.001Z',
    entries: 12,
    conclusions: [{ ...CONCLUSION, evidence: [proof] }],
    findings: [{ ...FINDING, first: proof }],
  });
  const [asked] = reader.stationsAsked;
  assert.deepEqual([asked?.site.id, asked?.charger, asked?.from], ['depot', 'CP-1', Date.UTC(2026, 0, 5)]);
  reader.told = { conclusions: [], findings: [], read: 12, cutAt: null };
  const whole = (await app.inject({ url: `${URL}?${DAY}`, headers: asAdmin })).json();
  assert.deepEqual([whole.complete, whole.read_to], [true, whole.to]);
});

test('a station that nobody has seen is not there, and a range that is none is refused', async (t) => {
  const { app } = server(t);
  assert.equal((await app.inject({ url: URL, headers: asAdmin })).statusCode, 404);
  for (const query of ['from=2026-01-06&to=2026-01-05', 'from=x', 'q=1']) {
    assert.equal((await app.inject({ url: `${URL}?${query}`, headers: asAdmin })).statusCode, 400, query);
  }
});
