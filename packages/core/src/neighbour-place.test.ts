import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryText } from './entry-text.ts';
import {
  closing,
  fillFindings,
  findingsPlace,
  type PlacedFindings,
  placedFindings,
} from './neighbour-place.ts';

const PLACED: readonly PlacedFindings[] = ['depot', 'a b', 'Säule "ö"', '\ud800\u0001'].map((site, at) => ({
  site,
  id: String(2n ** 62n + BigInt(at)),
  charger: `CP "${site}"`,
  action: 'TransactionEvent',
  behind: at % 2 === 1,
}));

function written({ site, id, charger, action, behind }: PlacedFindings): string {
  const entry: EntryText = {
    id: BigInt(id),
    kind: 'exchange',
    charger,
    action,
    outcome: null,
    fields: '',
    head: '',
    request: null,
    answer: null,
    rejection: null,
    payloadStart: -1,
    payloadEnd: -1,
  };
  return `{"findings":[${behind ? '{"code":"own"}' : ''}${findingsPlace(site, entry, behind)}}`;
}

const ROW = { severity: 'violates', text: 'A sequence number of the transaction never came.' };
const CLAUSE = 'OCPP 2.0.1 TransactionEventRequest.seqNo, E01';

test('findings go behind those that an entry has, and what nobody looked at is not told to be complete', () => {
  const text = PLACED.map(written).join(',');
  assert.deepEqual(placedFindings(text), PLACED);
  const gap = { code: 'seq-gap', path: 'request.seqNo', detail: '2 of T' } as const;
  const filled = fillFindings(text, (entry) => {
    const at = PLACED.findIndex(({ id }) => id === entry.id);
    if (at === 0) return null;
    return at === 3 ? [] : [gap, gap].slice(at - 1);
  });
  const told = { ...ROW, code: 'seq-gap', path: 'request.seqNo', detail: '2 of T', clause: CLAUSE };
  assert.deepEqual(JSON.parse(`[${filled}]`), [
    { findings: [], complete: false },
    { findings: [{ code: 'own' }, told, told], complete: true },
    { findings: [told], complete: true },
    { findings: [{ code: 'own' }], complete: true },
  ]);
  assert.equal(
    fillFindings('{}', () => assert.fail('there is none')),
    '{}',
  );
  assert.equal(closing(true), '],"complete":true');
});
