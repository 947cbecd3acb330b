import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeConformance } from '../conformance.ts';
import { fleetDays } from '../fleet/days.ts';
import { sampledSizes } from '../fleet/sizes.ts';
import { findSession, listSessions } from '../sessions/list.ts';
import type { ReadEntries } from '../sessions/reading.ts';
import { withSessions } from '../sessions/roles.ts';
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
  return {
    page: async (query) => {
      const page = reader.page(query);
      const scopes = query.scopes.map(({ filter, rendering }) => ({ site: filter.site, rendering }));
      const [body = page.body] = await withSessions(stepwise(reader), scopes, [page.body]);
      return { ...page, body };
    },
    facets: async (query) => finished(reader.facetsSteps(query)),
    histogram: async (query) => finished(reader.histogramSteps(query)),
    stream: async function* (query) {
      for (const chunk of reader.stream(query)) if (chunk !== undefined) yield chunk;
    },
    sessions: async (query) => listSessions(stepwise(reader), query),
    session: async (query) => findSession(stepwise(reader), query),
    stationTold: async (query) => stationTold(stepwise(reader), query),
    fleet: async (query) => fleetDays(stepwise(reader), query),
    sizes: async (query) => sampledSizes(stepwise(reader), query),
    pick: async (...query) => reader.pick(...query),
    chargers: async (site) => reader.chargers(site),
    actions: async (sites) => reader.actions(sites),
    storage: async () => reader.storage(),
    close: async () => reader.close(),
  };
}
