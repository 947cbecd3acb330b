import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '@ocpp-logs/core';
import type { LogPage } from '../../api/answers.ts';
import type { AskOptions, Client, Params } from '../../api/client.ts';
import { iso, said } from './fixtures.ts';
import { entriesOfRange } from './range-entries.ts';
import { sequenceOf } from './sequence-events.ts';

const ADDRESS = { site: 'depot', charger: 'CP 1' };
const RANGE = { from: Date.parse(iso(0)), to: Date.parse(iso(3_600_000)) };

/** Answers the station's own entries, and the gaps of a site to who asks for gaps of no station. */
function answering(pages: readonly [own: LogPage, ofSite: LogPage]) {
  const asked: Params[] = [];
  const client: Pick<Client, 'get'> = {
    get: async <T>(path: string, { params = {} }: AskOptions = {}) => {
      assert.equal(path, '/ocpp-logs');
      asked.push(params);
      // Safe: both are pages, which is all that is asked for.
      return pages[params.kinds === 'gap' ? 1 : 0] as T;
    },
  };
  return { client, asked };
}

const gap = said('2', {
  at: 1000,
  change: { charger_id: '' },
  exchange: {
    kind: 'gap',
    direction: null,
    outcome: null,
    event: { event: 'gap', from: iso(1000), to: iso(121_000), reason: 'the clock was set back' },
  },
});

test('what is missing of the whole site stands between what the station said', async () => {
  const own = { ocpp_logs: [said('3', { at: 200_000 }), said('1', { at: 0 })], count: 2 } as LogPage;
  const ofSite = { ocpp_logs: [gap], count: 1 } as LogPage;
  const { client, asked } = answering([own, ofSite]);
  const signal = new AbortController().signal;
  const { entries, count } = await entriesOfRange(client, ADDRESS, { q: '', quiet: false }, RANGE, signal);
  assert.equal(count, 3);
  const labels = sequenceOf(entries).events.map(({ label }) => label);
  assert.deepEqual(labels, [
    'Heartbeat',
    'OK · 5.0 ms',
    'Nothing of the site recorded for 2 min',
    'Heartbeat',
    'OK · 5.0 ms',
  ]);
  assert.deepEqual(
    asked.map(({ site, q, kinds, from, to }) => [site, q, kinds, from, to]),
    [
      ['depot', 'station:"CP 1"', 'exchange,connection,gap,orphan,malformed', iso(0), iso(3_600_000)],
      ['depot', '-has:station', 'gap', iso(0), iso(3_600_000)],
    ],
  );
});

test('a search narrows both, and stays a search', async () => {
  const none = { ocpp_logs: [], count: 0 } as unknown as LogPage;
  const { client, asked } = answering([none, none]);
  const signal = new AbortController().signal;
  await entriesOfRange(client, ADDRESS, { q: 'clock OR action:Reset', quiet: true }, RANGE, signal);
  const queries = asked.map(({ q }) => String(q));
  assert.deepEqual(queries, [
    'station:"CP 1" (clock OR action:Reset)',
    '-has:station (clock OR action:Reset)',
  ]);
  for (const query of queries) assert.equal(parseQuery(query).kind, 'query');
});
