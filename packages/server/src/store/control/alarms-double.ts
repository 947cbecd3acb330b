/** `Alarms` without a thread, for tests: the tables of control.db in memory. */

import { DatabaseSync } from 'node:sqlite';
import type { AlarmRecord, Alarms } from '../alarms.ts';
import type { AuditRecord } from '../audit.ts';
import { AlarmTable } from './alarm-table.ts';
import { AuditTable } from './audit-table.ts';
import { migrate } from './schema.ts';
import { Statements } from './statements.ts';

export interface AlarmsDouble extends Alarms {
  records(): readonly AlarmRecord[];
  /** Newest first. */
  readonly audited: readonly AuditRecord[];
}

const ALL_AUDITED = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  actor: null,
  actions: null,
  site: null,
  before: null,
  take: 100,
};

/** `changed` is called after a change of the alarms themselves. */
export function alarmsDouble(changed: () => void = () => undefined): AlarmsDouble {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  const statements = new Statements(db);
  const table = new AlarmTable(statements);
  const audit = new AuditTable(statements);
  const audited: AuditRecord[] = [];
  const then = async <T>(work: () => T): Promise<T> => {
    const result = work();
    changed();
    return result;
  };
  return {
    audited,
    records: () => table.all(),
    put: (alarm) => then(() => table.put(alarm)),
    change: (alarm, read) => then(() => table.change(alarm, read)),
    addReady: (alarms) => then(() => table.addReady(alarms)),
    remove: (...of) => then(() => table.remove(...of)),
    progress: async () => table.progress(),
    evaluated: async (alarms, through) => table.evaluated(alarms, through),
    reached: async () => table.reached(),
    fire: async (firings) => table.fire(firings),
    firings: async (query) => table.firings(query),
    numberOf: async (firing) => table.numberOf(firing),
    lose: (lost) =>
      then(() => {
        const dropped = table.lose(lost);
        audited.splice(0, audited.length, ...audit.list(ALL_AUDITED));
        return dropped;
      }),
    delivered: async (n, deliveries, node) => table.delivered(n, deliveries, node),
    undelivered: async (node) => table.undelivered(node),
    takeOver: async () => table.takeOver(),
    toldThrough: async () => table.toldThrough(),
  };
}
