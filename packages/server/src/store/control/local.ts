/** control.db for the control thread. Other processes write it, too, and tell nobody. */

import { ControlDatabase } from './database.ts';
import { type ControlEvents, type OpenedControl, purge } from './opened.ts';

/** Changes of other processes are seen this soon, ms. */
const POLL = 500;

export function openLocal(folder: string, events: ControlEvents): OpenedControl {
  const store = new ControlDatabase(folder);
  let seen = store.dataVersion();
  let polling: NodeJS.Timeout | null = null;
  const tell = async () => events.changed(store.snapshot());
  return {
    store,
    follow() {
      polling = setInterval(() => {
        const version = store.dataVersion();
        if (version === seen) return;
        seen = version;
        events.changed(store.snapshot());
      }, POLL);
    },
    tell,
    // Nothing is ever asked of a database beside the server's thread that is not known within the poll.
    refresh: async () => undefined,
    purge: (now, auditDays) => purge({ store, tell }, now, auditDays),
    async close() {
      if (polling !== null) clearInterval(polling);
      store.close();
    },
  };
}
