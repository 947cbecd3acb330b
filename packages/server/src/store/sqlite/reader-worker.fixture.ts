/** A reading thread that can be made slow: the site `endless` has entries and a page that never come, `stuck` holds the thread. */

import { parentPort } from 'node:worker_threads';
import type { EntriesQuery, Page, PageQuery, SiteEntry } from '../store.ts';
import { SqliteReader } from './reader.ts';
import type { Steps } from './steps.ts';

let steps = 0;

class SlowReader extends SqliteReader {
  override pageSteps(query: PageQuery): Steps<Page> {
    return query.scopes.some(({ filter }) => filter.site === 'endless')
      ? endless()
      : PAGE_STEPS.call(this, query);
  }

  override entries(query: EntriesQuery): Generator<readonly SiteEntry[]> {
    return query.filters.some(({ site }) => site === 'endless') ? noEntries() : ENTRIES.call(this, query);
  }

  /** How many steps of pages and entries that never come were made. */
  override actions(): readonly string[] {
    return [String(steps)];
  }
}

const PAGE_STEPS = SqliteReader.prototype.pageSteps;
const ENTRIES = SqliteReader.prototype.entries;

function* endless(): Steps<Page> {
  for (;;) {
    steps += 1;
    yield;
  }
}

function* noEntries(): Generator<readonly SiteEntry[]> {
  for (;;) {
    steps += 1;
    yield [];
  }
}

SqliteReader.prototype.pageSteps = SlowReader.prototype.pageSteps;
SqliteReader.prototype.entries = SlowReader.prototype.entries;
SqliteReader.prototype.actions = SlowReader.prototype.actions;
await import('./reader-worker.ts');

parentPort?.on('message', (message: unknown) => {
  const text = JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  if (text.includes('"stuck"')) for (;;) steps += 1;
});
