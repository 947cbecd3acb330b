/** `node --conditions=source bench/dropped-bytes.ts ENTRIES SITES`: bytes an entry of the seeded traffic, packed and after it was dropped. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derive } from '@ocpp-logs/core';
import { openWriter } from '../packages/server/src/store/sqlite/writer.ts';
import type { EntryChange } from '../packages/server/src/store/store.ts';
import { folderBytes } from './folder-bytes.ts';
import { traffic } from './seed.ts';
import { entryOf } from './seed-entry.ts';

const DAY = 86_400_000;
const [entries = '100000', sites = '10'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-dropped-'));
let dropped = 0;
let may = false;
const open = () =>
  openWriter({
    folder,
    derive,
    report: console.error,
    drops: {
      elsewhere: () => may,
      answered: () => 0,
      keep: 0,
      wanted: () => 0,
      onShort: () => undefined,
      onDropped: (_site, _month, n) => {
        dropped += n;
      },
    },
  });
let writer = open();
/** Its logs of writes are in the files when it is closed. */
function bytes(): number {
  writer.close();
  const found = folderBytes(join(folder, 'logs'));
  writer = open();
  return found;
}
try {
  let clock = Date.now() + 400 * DAY;
  const round = () => {
    clock += DAY;
    while (writer.maintain(clock, new Map()));
  };
  let batch = new Map<string, EntryChange[]>();
  const store = () => {
    for (const [site, changes] of batch) writer.apply(site, changes);
    writer.commit();
    batch = new Map();
  };
  let count = 0;
  for (const spoken of traffic({ entries: Number(entries), sites: Number(sites) })) {
    const change = { slot: { id: null }, entry: entryOf(spoken) };
    const changes = batch.get(spoken.site);
    if (changes === undefined) batch.set(spoken.site, [change]);
    else changes.push(change);
    count += 1;
    if (count % 5000 === 0) store();
  }
  store();
  for (let rounds = 0; rounds < 3; rounds++) round();
  const before = bytes();
  may = true;
  const start = performance.now();
  round();
  const took = performance.now() - start;
  round();
  const after = bytes();
  console.log(
    JSON.stringify({
      entries: count,
      dropped,
      packed: Math.round((before * 10) / count) / 10,
      left: Math.round((after * 10) / count) / 10,
      microseconds: Math.round((took * 1000) / count),
    }),
  );
} finally {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
}
