/** A reading thread that can be made slow: the site `endless` has a page that never comes, `stuck` holds the thread. */

import { parentPort } from 'node:worker_threads';
import type { Page, PageQuery } from '../store.ts';
import { SqliteReader } from './reader.ts';
import type { Steps } from './steps.ts';

let steps = 0;

class SlowReader extends SqliteReader {
  override pageSteps(query: PageQuery): Steps<Page> {
    return query.scopes.some(({ filter }) => filter.site === 'endless')
      ? endless()
      : PAGE_STEPS.call(this, query);
  }

  /** How many steps of pages that never come were made. */
  override actions(): readonly string[] {
    return [String(steps)];
  }
}

const PAGE_STEPS = SqliteReader.prototype.pageSteps;

function* endless(): Steps<Page> {
  for (;;) {
    steps += 1;
    yield;
  }
}

SqliteReader.prototype.pageSteps = SlowReader.prototype.pageSteps;
SqliteReader.prototype.actions = SlowReader.prototype.actions;
await import('./reader-worker.ts');

parentPort?.on('message', (message: unknown) => {
  if (JSON.stringify(message).includes('"stuck"')) for (;;) steps += 1;
});
