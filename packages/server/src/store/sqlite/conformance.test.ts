import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeConformance } from '../conformance.ts';
import { fleetAnswer } from '../fleet/days.ts';
import { sampledSizes } from '../fleet/sizes.ts';
import { completed, renderedAt } from '../neighbours/completed.ts';
import { settledFilters, settledScopes } from '../neighbours/neighbour-search.ts';
import { findSession, listSessions } from '../sessions/list.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import { stationTold } from '../sessions/station-told.ts';
import type { EntryReader } from '../store.ts';
import { check } from './check.ts';
import { SqliteReader } from './reader.ts';
import { openSource } from './source.ts';
import { finished } from './steps.ts';
import { openWriter } from './writer.ts';

storeConformance('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'olk-store-'));
  const report = (message: string) => {
    throw new Error(`reported: ${message}`);
  };
  const openAll = () => {
    const direct = new SqliteReader({ folder, report });
    return {
      writer: openWriter({ folder, derive: (entry) => entry, report }),
      direct,
      reader: answering(direct),
      source: openSource(folder, { report }),
    };
  };
  let all = openAll();
  const closeAll = async () => {
    all.writer.close();
    all.direct.close();
    await all.source.close();
  };
  return {
    get writer() {
      return all.writer;
    },
    get reader() {
      return all.reader;
    },
    get source() {
      return all.source;
    },
    reopen: async () => {
      await closeAll();
      all = openAll();
    },
    problems: () => check(folder),
    close: async () => {
      await closeAll();
      await rm(folder, { recursive: true });
    },
  };
});

function stepwise(reader: SqliteReader): ReadEntries {
  return async function* (query) {
    yield* reader.entries(query);
  };
}

/** The reader without its thread. */
function answering(reader: SqliteReader): EntryReader {
  const read = stepwise(reader);
  return {
    page: async (query) => {
      const scopes = await settledScopes(read, query.scopes);
      const page = reader.page({ ...query, scopes });
      const [body = page.body] = await completed(read, renderedAt(scopes), [page.body]);
      return { ...page, body };
    },
    facets: async (query) =>
      finished(reader.facetsSteps({ ...query, filters: await settledFilters(read, query.filters) })),
    histogram: async (query) =>
      finished(reader.histogramSteps({ ...query, filters: await settledFilters(read, query.filters) })),
    stream: async function* (query) {
      const scopes = await settledScopes(read, query.scopes);
      for (const chunk of reader.stream({ ...query, scopes })) if (chunk !== undefined) yield chunk;
    },
    sessions: async (query) => listSessions(read, query),
    session: async (query) => findSession(read, query),
    stationTold: async (query) => stationTold(read, query),
    fleet: async (query) => fleetAnswer(read, query),
    sizes: async (query) => sampledSizes(read, query),
    pick: async (filter, rendering, ids) => {
      const [settled = filter] = await settledFilters(read, [filter]);
      const found = reader.pick(settled, rendering, ids);
      const bodies = found.map(({ body }) => body);
      const filled = await completed(read, [{ site: filter.site, rendering }], bodies);
      return found.map((each, at) => ({ ...each, body: filled[at] ?? each.body }));
    },
    chargers: async (site) => reader.chargers(site),
    actions: async (sites) => reader.actions(sites),
    storage: async () => reader.storage(),
    close: async () => reader.close(),
  };
}
