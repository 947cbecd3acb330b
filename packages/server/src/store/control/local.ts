/** control.db for the control thread. Other processes write it, too, and tell nobody. */

import { messageOf } from '../sqlite/sql.ts';
import { isSurvived } from './away.ts';
import { ControlDatabase } from './database.ts';
import { type ControlEvents, type OpenedControl, purge } from './opened.ts';

/** Changes of other processes are seen this soon, ms. */
const POLL = 500;

export function openLocal(folder: string, events: ControlEvents): OpenedControl {
  const store = new ControlDatabase(folder);
  let seen = store.dataVersion();
  let polling: NodeJS.Timeout | null = null;
  const tell = async () => events.changed(store.snapshot());
  let told = '';
  /** Of what goes on failing, once. */
  const survive = (error: unknown) => {
    if (!isSurvived(error)) throw error;
    const line = `control.db cannot be used now: ${messageOf(error)}`;
    if (line !== told) events.reported(line);
    told = line;
  };
  const look = () => {
    const version = store.dataVersion();
    if (version === seen) return;
    events.changed(store.snapshot());
    seen = version;
  };
  return {
    store,
    follow() {
      polling = setInterval(() => {
        try {
          look();
        } catch (error) {
          survive(error);
        }
      }, POLL);
    },
    tell,
    // Nothing is ever asked of a database beside the server's thread that is not known within the poll.
    refresh: async () => undefined,
    async purge(now, auditDays) {
      try {
        await purge({ store, tell }, now, auditDays);
        told = '';
      } catch (error) {
        // Next time: nothing else waits for it.
        survive(error);
      }
    },
    async close() {
      if (polling !== null) clearInterval(polling);
      store.close();
    },
  };
}
