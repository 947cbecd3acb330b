import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { parsed } from '../conformance/searches.ts';
import type { EntryPosition, PageQuery } from '../store.ts';
import { everything, openStore, put, temporaryFolder } from './fixtures.ts';
import { SqliteReader } from './reader.ts';
import { finished } from './steps.ts';

const SITES = ['a', 'b', 'c'];
const EACH = 1500;
/** Of each site, those whose payload holds the word. */
const EVERY = 100;
const FOUND = (SITES.length * EACH) / EVERY;

/** A reader whose clock goes on by a millisecond whenever it is asked, and that looks for so long. */
function impatient(t: TestContext, patience: number): SqliteReader {
  const { folder, writer } = openStore(t, temporaryFolder(t));
  for (const site of SITES) {
    const entries = Array.from({ length: EACH }, (_, n) =>
      entryAt(DEPOT_TIME + n * 60_000, {
        messageId: `${site}${n}`,
        request: wireOf(`[2,"1","StatusNotification",{"info":"${n % EVERY === 0 ? 'needle' : 'hay'}"}]`),
      }),
    );
    put(writer, site, entries);
    writer.seal(site);
  }
  let now = 0;
  const report = (message: string) => assert.fail(message);
  const reader = new SqliteReader({ folder, report, patience, clock: () => now++ });
  t.after(() => reader.close());
  return reader;
}

function asked(over: Partial<PageQuery> = {}, text = 'payload:needle'): PageQuery {
  return {
    scopes: SITES.map((site) => ({
      filter: everything(site, { query: parsed(text) }),
      rendering: { siteName: site, exchange: true, raw: false },
    })),
    order: 'desc',
    take: 10,
    skip: 0,
    after: null,
    ...over,
  };
}

function ids(body: Uint8Array): readonly string[] {
  const page: readonly { readonly exchange: { readonly message_id: string } }[] = JSON.parse(
    `[${Buffer.from(body).toString()}]`,
  );
  return page.map(({ exchange }) => exchange.message_id);
}

test('with time enough the count is exact', (t) => {
  const page = impatient(t, 1000).page(asked());
  assert.deepEqual([page.entries, page.count, page.countExact, page.more], [10, FOUND, true, true]);
});

test('where time runs out the count is a lower bound, and the page holds what was found', (t) => {
  const reader = impatient(t, 2);
  const page = reader.page(asked({ take: 1000 }));
  assert.equal(page.countExact, false);
  assert.ok(page.count < FOUND);
  assert.ok(page.entries < FOUND);
  assert.ok(page.more);
  assert.notEqual(page.last, null);
});

for (const order of ['asc', 'desc'] as const) {
  test(`pages that ended for want of time go on until all was found once: ${order}`, (t) => {
    const reader = impatient(t, 1);
    const whole = impatient(t, 1000);
    const expected = ids(whole.page(asked({ take: 1000, order })).body);
    assert.equal(expected.length, FOUND);
    for (const take of [3, 1000]) {
      const met: string[] = [];
      let after: EntryPosition | null = null;
      let pages = 0;
      for (let more = true; more; pages++) {
        const page = reader.page(asked({ take, order, after }));
        met.push(...ids(page.body));
        more = page.more;
        after = page.last;
        assert.ok(pages < 1000, 'the walk ends');
      }
      assert.ok(pages > 2);
      assert.deepEqual(met, expected);
    }
  });
}

test('what columns and roll-ups tell needs no patience', (t) => {
  const reader = impatient(t, 0);
  const page = reader.page(asked({}, 'status:Available -connector:2'));
  assert.deepEqual([page.entries, page.count, page.countExact], [10, SITES.length * EACH, true]);
  const filters = asked({}, 'status:Available').scopes.map(({ filter }) => filter);
  const facets = finished(reader.facetsSteps({ filters, fields: ['status'], top: 5 }));
  assert.deepEqual([facets.count, facets.exact], [SITES.length * EACH, true]);
});

test('facets and histogram of a search over texts say that they are lower bounds', (t) => {
  const reader = impatient(t, 3);
  const filters = asked().scopes.map(({ filter }) => filter);
  const facets = finished(reader.facetsSteps({ filters, fields: ['site'], top: 5 }));
  assert.equal(facets.exact, false);
  assert.ok(facets.count < FOUND);
  const histogram = finished(reader.histogramSteps({ filters, step: 3_600_000 }));
  assert.equal(histogram.exact, false);
});
