/** That values are bound; what the conditions find, the suite for all stores holds against looking at each entry. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { queryArbitrary } from '../conformance/histories.ts';
import { parsed } from '../conformance/searches.ts';
import { conditionsFor } from './conditions.ts';
import { Parameters } from './parameters.ts';
import { queryConditions } from './query-conditions.ts';

test('no value of a filter or a search stands in SQL', () => {
  fc.assert(
    fc.property(queryArbitrary, ({ scopes }) => {
      const hostile = `'); DROP TABLE entry -- {p1:String}`;
      const filters = scopes.map(({ filter }) => ({
        ...filter,
        site: `${hostile}${filter.site}`,
        actions: [hostile],
        chargers: [hostile],
        query: {
          kind: 'any' as const,
          parts: [
            filter.query ?? parsed('a'),
            { kind: 'words' as const, pattern: { pieces: [{ text: hostile }] } },
            {
              kind: 'field' as const,
              field: 'request_info' as const,
              test: {
                test: 'is' as const,
                pattern: { pieces: [{ text: hostile }, { wild: 'many' as const }] },
              },
            },
          ],
        },
      }));
      const bound = new Parameters();
      const conditions = conditionsFor(filters, bound);
      const sql = `${conditions?.over} ${conditions?.under}`;
      assert.doesNotMatch(sql, /DROP|Säule|Available|Faulted|GroundFailure|connectorId/i);
      const placed = new Set([...sql.matchAll(/\{(p\d+):/g)].map(([, name]) => name));
      for (const name of placed) assert.ok(name !== undefined && name in bound.values);
    }),
  );
});

const EXACT = [
  'action:Heartbeat',
  'station:CP*',
  'connector:>1',
  'latency:>7s',
  'status:a?b',
  'outcome:pending',
];
test('what columns tell needs no texts', () => {
  for (const text of EXACT) {
    const { over, under, texts } = queryConditions(parsed(text), new Parameters());
    assert.equal(texts, false, text);
    assert.equal(
      over === under,
      !/station|status|action/.test(text),
      `${text}: between them are odd texts alone`,
    );
  }
});

test('letters beyond ASCII are left to the matcher of core', () => {
  const { over, under } = queryConditions(parsed('station:säule*'), new Parameters());
  assert.deepEqual([over, under], [`charger != ''`, '0']);
});
