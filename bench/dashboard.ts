/**
 * What the dashboard does with ten million entries, in a real browser on the real server:
 * node --conditions=source bench/dashboard.ts [--entries N] [--sites N] [--folder F] [--repeats N] [--minutes N] [--only views,scroll,live]
 * Seeds the folder unless it holds something; one that is named is kept.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launch } from '../test/browser/browser.ts';
import { forkScript } from './child.ts';
import { cleanUp, onCleanup, temporaryFolder } from './cleanup.ts';
import { measureLive } from './dashboard-live.ts';
import { measureScroll } from './dashboard-scroll.ts';
import { measureViews } from './dashboard-views.ts';
import { machine } from './machine.ts';
import { type Table, textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000000' },
    sites: { type: 'string', default: '200' },
    folder: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: 'views,scroll,live' },
  },
});
const wanted = values.only.split(',');

async function seeded(folder: string): Promise<void> {
  if (existsSync(join(folder, 'logs'))) return;
  const child = forkScript('./seed-store.ts', [folder, values.entries, values.sites]);
  for (;;) {
    const told = await child.next();
    if (typeof told === 'object' && told !== null && 'bytes' in told) break;
  }
  await child.stop();
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(): Promise<readonly Table[]> {
  const folder = values.folder ?? temporaryFolder().path;
  await seeded(folder);
  const browser = await launch();
  const closed = onCleanup(() => browser.close());
  const plan = {
    browser,
    folder,
    entries: Number(values.entries),
    sites: Number(values.sites),
    repeats: Number(values.repeats),
  };
  const tables: Table[] = [];
  if (wanted.includes('views')) tables.push(await measureViews(plan, progress));
  if (wanted.includes('scroll')) tables.push(await measureScroll(plan));
  if (wanted.includes('live')) {
    tables.push(...(await measureLive({ ...plan, minutes: Number(values.minutes) }, progress)));
  }
  await closed();
  return tables;
}

try {
  const tables = await measure();
  process.stdout.write(`${[machine(), '', ...tables.map(textTable)].join('\n')}\n`);
} finally {
  await cleanUp();
}
