import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { erasedTagsOf, formsOf } from '../erasure.ts';
import { temporaryFolder } from '../sqlite/fixtures.ts';
import { openWriter } from '../sqlite/writer.ts';
import type { Slot } from '../store.ts';
import { Outbox } from './outbox.ts';
import { SpoolWriter } from './writer.ts';

const KEY = new Uint8Array(32).fill(4);
const TAG = '04A2B3C4D5';

test('entries that held an erased id tag are noted to be shipped again, others are not; a dry run notes nothing', (t) => {
  const folder = temporaryFolder(t);
  const outbox = new Outbox(folder);
  const writer = new SpoolWriter(outbox, (beforeCommit) =>
    openWriter({ folder, derive: (entry) => entry, report: assert.fail, beforeCommit }),
  );
  t.after(() => writer.close());
  const slots = [TAG, 'OTHER1', TAG].map((tag, nth): Slot => {
    const slot: Slot = { id: null };
    const request = wireOf(`[2,"m${nth}","Authorize",{"idTag":"${tag}"}]`);
    writer.apply('depot', [{ slot, entry: entryAt(DEPOT_TIME + nth, { action: 'Authorize', request }) }]);
    return slot;
  });
  writer.commit();
  const before = outbox.committed;
  const tags = erasedTagsOf(KEY, 'depot', [{ replacement: 'erased-1', forms: formsOf(KEY, 'depot', TAG) }]);
  for (const dry of [true, false]) {
    let ended = false;
    writer.erase({
      id: 'e',
      site: 'depot',
      entry: (text) => tags.entry(text),
      name: (name) => tags.text(name),
      occurrences: (text) => tags.occurrences(text),
      dry,
      onProgress: (progress) => {
        ended = progress.ended;
      },
    });
    while (!ended) writer.maintain(DEPOT_TIME, new Map());
    const noted = outbox.read(before, 100).map(({ site, id }) => [site, id]);
    assert.deepEqual(noted, dry ? [] : [slots[0], slots[2]].map((slot) => ['depot', slot?.id]));
  }
});
