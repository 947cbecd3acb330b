/** A writer whose files cannot grow beyond what the shell's limit allows: as on a full disk. Run by failing.test.ts. */

import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import type { Slot } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { openWriter } from './writer.ts';

const [folder = ''] = process.argv.slice(2);
const writer = openWriter({ folder, derive: (entry) => entry, report: (message) => console.error(message) });
let committed = 0;
for (let batch = 0; batch < 1000; batch++) {
  const changes = Array.from({ length: 200 }, (_, n) => ({
    slot: { id: null } as Slot,
    entry: entryAt(DEPOT_TIME + batch * 1000 + n, { messageId: `${batch}.${n}` }),
  }));
  try {
    writer.apply('depot', changes);
    writer.commit();
    committed += changes.length;
  } catch (error) {
    const unavailable = error instanceof StoreUnavailableError;
    const taken = changes.filter(({ slot }) => slot.id !== null).length;
    writer.apply('yard', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME, { messageId: 'elsewhere' }) }]);
    const elsewhere = writer.commit();
    console.log(JSON.stringify({ unavailable, taken, committed, elsewhere }));
    break;
  }
}
// Like a crash: nothing is closed.
process.exit(0);
