/** What bounds the reading for one page. Sessions themselves: the conformance of stores. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryJsonWriter, encodeEntry, extract, firstIdAt, NO_CONTEXT } from '@ocpp-logs/core';
import { entryAt, wireOf } from '../conformance/entries.ts';
import type { SiteEntry } from '../store.ts';
import { DAY_MS } from './day.ts';
import { listSessions } from './list.ts';
import type { SessionsQuery } from './question.ts';
import type { ReadEntries } from './reading.ts';
import { withSessions } from './roles.ts';

const T0 = Date.UTC(2026, 0, 5);
const DAYS = 40;

function status(at: number, word: string): SiteEntry {
  const call = { connectorId: 1, errorCode: 'NoError', status: word };
  const action = 'StatusNotification';
  const { fields } = extract({ version: '1.6', action, call, answer: {}, context: NO_CONTEXT });
  const entry = entryAt(at, { request: wireOf(`[2,"m1","${action}",${JSON.stringify(call)}]`), fields });
  return { ...encodeEntry(firstIdAt(at), entry), site: 'depot' };
}

/** One plug a day, and what was asked of it. */
const ENTRIES = Array.from({ length: DAYS }, (_, day) => [
  status(T0 + day * DAY_MS, 'Preparing'),
  status(T0 + day * DAY_MS + 60_000, 'Available'),
]).flat();

function store(): { readonly read: ReadEntries; readonly widest: () => number } {
  let widest = 0;
  const read: ReadEntries = async function* ({ filters, order, take, only }) {
    for (const { from, to, kinds, actions } of filters) {
      if (!kinds.includes('exchange') || actions?.includes('StatusNotification') === false) continue;
      const all = ENTRIES.filter(
        ({ id }) =>
          id >= firstIdAt(Math.max(0, from)) &&
          (to >= 2 ** 42 || id < firstIdAt(to)) &&
          (only === null || only.some((one) => one.id === String(id))),
      );
      const found = (order === 'asc' ? all : all.toReversed()).slice(0, take ?? undefined);
      if (take === null && only === null) widest = Math.max(widest, found.length);
      yield found;
    }
  };
  return { read, widest: () => widest };
}

const ALL: SessionsQuery = {
  sites: [{ id: 'depot', name: 'Depot', kept: 0 }],
  chargers: null,
  connectors: null,
  verdicts: null,
  severities: null,
  states: null,
  from: T0,
  to: T0 + DAYS * DAY_MS,
  now: T0 + DAYS * DAY_MS,
  take: 200,
  after: null,
};

test('a page ends where enough was read, also one that found nothing, and the next goes on there', async () => {
  const { read, widest } = store();
  for (const severities of [null, ['failure'] as const]) {
    const found: string[] = [];
    let pages = 0;
    let { after } = ALL;
    for (let more = true; more; pages += 1) {
      const page = await listSessions(read, { ...ALL, severities, after }, 100);
      assert.ok(page.read < 200, 'one day beyond it at most');
      const rows: { readonly from: string }[] = JSON.parse(`[${Buffer.from(page.body).toString()}]`);
      found.push(...rows.map(({ from }) => from));
      ({ last: after, more } = page);
    }
    assert.ok(pages > 3, `${pages}`);
    const days = Array.from({ length: DAYS }, (_, day) =>
      new Date(T0 + (DAYS - 1 - day) * DAY_MS).toISOString(),
    );
    assert.deepEqual(found, severities === null ? days : []);
  }
  assert.ok(widest() <= 8, 'days around the one that is told, and no others');
});

test('of entries for which too much would have to be read, it is said that nobody has looked', async () => {
  const { read } = store();
  const rendering = { siteName: 'Depot', exchange: false, raw: false, session: { kept: 0 } };
  const writer = new EntryJsonWriter('depot', rendering);
  const shown = [ENTRIES[0], ENTRIES[1], ENTRIES[70]];
  for (const entry of shown) if (entry !== undefined) writer.item(entry);
  const bodies = [writer.take()];
  const sessions = async (readMax: number) => {
    const [body] = await withSessions(read, [{ site: 'depot', rendering }], bodies, readMax);
    const rows: readonly { readonly session: unknown }[] = JSON.parse(
      `[${Buffer.from(body ?? '').toString()}]`,
    );
    return rows.map(({ session }) => session);
  };
  const first = { id: `${ENTRIES[0]?.id}.depot`, role: 'status' };
  const unknown = { id: null, role: null };
  assert.deepEqual(await sessions(100), [first, first, { ...first, id: `${ENTRIES[70]?.id}.depot` }]);
  assert.deepEqual(await sessions(14), [first, first, unknown]);
  assert.deepEqual(await sessions(3), [unknown, unknown, unknown]);
});

test('what a gap of its station may hold is told of a session, too', async () => {
  const call = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: new Date(T0).toISOString() };
  const answer = { transactionId: 7, idTagInfo: { status: 'Accepted' } };
  const action = 'StartTransaction';
  const { fields } = extract({ version: '1.6', action, call, answer, context: NO_CONTEXT });
  const begun = entryAt(T0, {
    action,
    request: wireOf(`[2,"m1","${action}",${JSON.stringify(call)}]`),
    answer: wireOf(`[3,"m1",${JSON.stringify(answer)}]`),
    fields,
  });
  const at = T0 + 600_000;
  const [from, to] = [at, at + 60_000].map((ms) => new Date(ms).toISOString());
  const gap = entryAt(at, {
    kind: 'gap',
    action: null,
    request: null,
    answer: null,
    event: { event: 'gap', from: from ?? '', to: to ?? '', reason: 'overload' },
  });
  const log = [
    { ...encodeEntry(firstIdAt(T0), begun), site: 'depot' },
    { ...encodeEntry(firstIdAt(at), gap), site: 'depot' },
    status(T0 + 1_200_000, 'Available'),
  ];
  const read: ReadEntries = async function* ({ filters, order }) {
    for (const filter of filters) {
      const found = log.filter(
        (entry) =>
          filter.kinds.includes(entry.kind) &&
          filter.actions?.includes(entry.action ?? '') !== false &&
          entry.id >= firstIdAt(Math.max(0, filter.from)) &&
          (filter.to >= 2 ** 42 || entry.id < firstIdAt(filter.to)),
      );
      yield order === 'asc' ? found : found.toReversed();
    }
  };
  const { body } = await listSessions(read, ALL, 100);
  const rows: readonly { readonly verdict: { readonly text: string } }[] = JSON.parse(
    `[${Buffer.from(body).toString()}]`,
  );
  assert.deepEqual(
    rows.map(({ verdict }) => verdict.text.split(';')[0]),
    ['The end of this transaction was not recorded: it may have come in a gap of the log'],
  );
});
