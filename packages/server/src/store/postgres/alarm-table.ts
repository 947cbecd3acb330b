/** Alarms in PostgreSQL. */

import {
  ALARMS_MAX,
  type AlarmProgress,
  type AlarmRead,
  type AlarmRecord,
  alarmsWithout,
  type Delivery,
  dropWaiting,
  FIRINGS_A_MINUTE,
  FIRINGS_MAX,
  FIRINGS_TAKE_MAX,
  type FireOutcome,
  type FiringRecord,
  type FiringsQuery,
  isAsRead,
  type KeeperLost,
  lossEvent,
  type NewFiring,
  type Told,
  TooManyAlarms,
  UNDELIVERED_MAX,
  UNKEPT,
} from '../alarms.ts';
import {
  ALARM_COLUMNS,
  alarmOf,
  alarmValues,
  earlierNumber,
  firingOf,
  isWaiting,
  MINUTE_MS,
  minuteOf,
  progressOf,
} from '../control/alarm-rows.ts';
import { integer } from '../control/rows.ts';
import type { AlarmStore } from '../control-store.ts';
import { reach, reached, takeOver, toldThrough } from './alarm-tellers.ts';
import { appendInside } from './audit-table.ts';
import type { Revision } from './revision.ts';
import type { PooledStatements, Statements, Value } from './statements.ts';

export const ALARMS = 'SELECT * FROM alarms ORDER BY ready DESC, name, id';
const INSERT = `INSERT INTO alarms (${ALARM_COLUMNS})
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

const FIRINGS_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ocpp_logs firings', 0))";

export class AlarmTable implements AlarmStore {
  readonly #statements: PooledStatements;
  readonly #revision: Revision;

  constructor(statements: PooledStatements, revision: Revision) {
    this.#statements = statements;
    this.#revision = revision;
  }

  async all(): Promise<readonly AlarmRecord[]> {
    return (await this.#statements.rows(ALARMS)).map(alarmOf);
  }

  async put(alarm: AlarmRecord): Promise<void> {
    await this.#revision.change(async (inside) => {
      const [others] = await inside.rows('SELECT count(*) AS n FROM alarms WHERE id <> $1', alarm.id);
      if (integer(others ?? {}, 'n') >= ALARMS_MAX) throw new TooManyAlarms();
      await put(inside, alarm);
    });
  }

  async change(alarm: AlarmRecord, read: AlarmRead): Promise<boolean> {
    return this.#revision.change(async (inside) => {
      if (!(await isStill(inside, alarm.id, read))) return false;
      await put(inside, alarm);
      return true;
    });
  }

  async addReady(alarms: readonly AlarmRecord[]): Promise<void> {
    const there = new Set((await this.all()).map(({ id }) => id));
    const missing = alarms.filter(({ id }) => !there.has(id));
    if (missing.length === 0) return;
    await this.#revision.change(async (inside) => {
      for (const alarm of missing) {
        await inside.run(`${INSERT} ON CONFLICT (id) DO NOTHING`, ...alarmValues(alarm));
      }
    });
  }

  async remove(id: string, read?: AlarmRead): Promise<boolean> {
    return this.#revision.change(
      async (inside) => (read === undefined || (await isStill(inside, id, read))) && remove(inside, id),
    );
  }

  async progress(): Promise<readonly AlarmProgress[]> {
    return (await this.#statements.rows('SELECT * FROM alarm_progress ORDER BY alarm')).map(progressOf);
  }

  async evaluated(alarms: readonly string[], through: number, node: string): Promise<void> {
    // In one order, so that nodes wait for each other and never in a circle.
    await this.#statements.transaction(async (inside) => {
      for (const alarm of [...alarms].sort()) {
        await inside.run(
          `INSERT INTO alarm_progress (alarm, through, fired, suppressed) VALUES ($1, $2, 0, 0)
           ON CONFLICT (alarm) DO UPDATE SET through = greatest(alarm_progress.through, excluded.through)`,
          alarm,
          through,
        );
      }
      await reach(inside, node, through);
    });
  }

  reached(node: string): Promise<number | null> {
    return reached(this.#statements, node);
  }

  async fire(firings: readonly NewFiring[]): Promise<readonly FireOutcome[]> {
    return this.#statements.transaction(async (inside) => {
      // Nodes see the same at the same time: one comes after the other.
      await inside.rows(FIRINGS_LOCK);
      const outcomes: FireOutcome[] = [];
      for (const firing of firings) outcomes.push(await fire(inside, firing));
      return outcomes;
    });
  }

  async firings({ alarm, sites, before, take }: FiringsQuery): Promise<readonly FiringRecord[]> {
    const values: Value[] = [];
    const bound = (value: Value) => `$${values.push(value)}`;
    const conditions = ['TRUE'];
    if (alarm !== null) conditions.push(`alarm = ${bound(alarm)}`);
    if (sites !== null) {
      conditions.push(`site IN (SELECT json_array_elements_text(${bound(JSON.stringify(sites))}::json))`);
    }
    if (before !== null) conditions.push(`n < ${bound(before)}`);
    const rows = await this.#statements.rows(
      `SELECT * FROM alarm_firings WHERE ${conditions.join(' AND ')} ORDER BY n DESC
       LIMIT ${bound(Math.min(take, FIRINGS_TAKE_MAX + 1))}`,
      ...values,
    );
    return rows.map(firingOf);
  }

  async numberOf(firing: string): Promise<number | null> {
    const [found] = await this.#statements.rows(
      'SELECT n FROM alarm_firings WHERE id = $1 OR (id IS NULL AND n = $2)',
      firing,
      earlierNumber(firing),
    );
    return found === undefined ? null : integer(found, 'n');
  }

  async lose(lost: KeeperLost): Promise<number | null> {
    const { alarm, changed, changedBy, why, at } = lost;
    return this.#revision.change(async (inside) => {
      // What is being kept now is before it or is refused.
      await inside.rows(FIRINGS_LOCK);
      const written = await inside.run(
        `UPDATE alarms SET lost_why = $1, lost_at = $2,
           lost_through = (SELECT coalesce(max(n), 0) FROM alarm_firings WHERE alarm = $3)
         WHERE id = $3 AND changed = $4 AND changed_by IS NOT DISTINCT FROM $5 AND lost_why IS NULL`,
        why,
        at,
        alarm,
        changed,
        changedBy,
      );
      if (written === 0) return null;
      const dropped = await drop(inside, alarm);
      await appendInside(inside, [lossEvent(lost, dropped)]);
      return dropped;
    });
  }

  async delivered(n: number, deliveries: readonly Delivery[], node: string): Promise<boolean> {
    const changed = await this.#statements.run(
      'UPDATE alarm_firings SET deliveries = $1, waiting = $2 WHERE n = $3 AND node = $4',
      JSON.stringify(deliveries),
      isWaiting(deliveries) ? 1 : 0,
      n,
      node,
    );
    if (changed > 0) return true;
    return (await this.#statements.rows('SELECT FROM alarm_firings WHERE n = $1', n)).length === 0;
  }

  takeOver(node: string, most: number, told?: Told): Promise<readonly FiringRecord[]> {
    return this.#statements.transaction((inside) => takeOver(inside, node, most, told));
  }

  toldThrough(): Promise<number | null> {
    return toldThrough(this.#statements);
  }

  async undelivered(node: string): Promise<readonly FiringRecord[]> {
    const rows = await this.#statements.rows(
      'SELECT * FROM alarm_firings WHERE waiting = 1 AND node = $1 ORDER BY n LIMIT $2',
      node,
      UNDELIVERED_MAX,
    );
    return rows.map(firingOf);
  }
}

/** Within the change that removes the site. */
export async function alarmsWithoutSite(inside: Statements, site: string): Promise<void> {
  const { changed, gone } = alarmsWithout((await inside.rows(ALARMS)).map(alarmOf), site);
  for (const alarm of changed) await put(inside, alarm);
  for (const { id } of gone) await remove(inside, id);
}

/** The revision is held: nobody else changes an alarm between this and the write. */
async function isStill(inside: Statements, id: string, read: AlarmRead): Promise<boolean> {
  const [now] = await inside.rows('SELECT * FROM alarms WHERE id = $1', id);
  return now !== undefined && isAsRead(alarmOf(now), read);
}

async function put(inside: Statements, alarm: AlarmRecord): Promise<void> {
  await inside.run(
    `${INSERT} ON CONFLICT (id) DO UPDATE SET name = excluded.name, rule = excluded.rule, sites = excluded.sites,
       enabled = excluded.enabled, quiet_minutes = excluded.quiet_minutes, targets = excluded.targets,
       changed = excluded.changed, changed_by = excluded.changed_by, lost_why = excluded.lost_why,
       lost_at = excluded.lost_at`,
    ...alarmValues(alarm),
  );
}

async function remove(inside: Statements, id: string): Promise<boolean> {
  await inside.run('DELETE FROM alarm_firings WHERE alarm = $1', id);
  await inside.run('DELETE FROM alarm_progress WHERE alarm = $1', id);
  return (await inside.run('DELETE FROM alarms WHERE id = $1', id)) === 1;
}

/** How many deliveries that were. */
async function drop(inside: Statements, alarm: string): Promise<number> {
  const waiting = await inside.rows(
    'SELECT * FROM alarm_firings WHERE alarm = $1 AND waiting = 1 FOR UPDATE',
    alarm,
  );
  let all = 0;
  for (const { n, deliveries: before } of waiting.map(firingOf)) {
    const { deliveries, dropped } = dropWaiting(before, UNKEPT);
    await inside.run(
      'UPDATE alarm_firings SET deliveries = $1, waiting = 0 WHERE n = $2',
      JSON.stringify(deliveries),
      n,
    );
    all += dropped;
  }
  return all;
}

/** Limits go by when it came true, so that what is looked at twice is told or not told both times. */
async function fire(inside: Statements, firing: NewFiring): Promise<FireOutcome> {
  const { alarm, site, charger, key, at, quietMs } = firing;
  const isThere = async (sql: string, ...values: readonly Value[]) =>
    (await inside.rows(sql, ...values)).length > 0;
  const [there] = await inside.rows('SELECT lost_why, ready FROM alarms WHERE id = $1', alarm);
  if (there === undefined) return 'known';
  if (there.lost_why !== null && there.ready === 0) return 'unkept';
  const known = 'SELECT FROM alarm_firings WHERE alarm = $1 AND site = $2 AND key = $3';
  if (await isThere(known, alarm, site, key)) return 'known';
  const quiet = `SELECT FROM alarm_firings
    WHERE alarm = $1 AND site = $2 AND charger = $3 AND at > $4 AND at <= $5 LIMIT 1`;
  if (quietMs > 0 && (await isThere(quiet, alarm, site, charger, at - quietMs, at))) return 'quiet';
  const minute = minuteOf(at);
  const [before] = await inside.rows(
    'SELECT count(*) AS n FROM alarm_firings WHERE alarm = $1 AND at >= $2 AND at < $3',
    alarm,
    minute,
    minute + MINUTE_MS,
  );
  if (integer(before ?? {}, 'n') >= FIRINGS_A_MINUTE) {
    await count(inside, { alarm, at, fired: 0, suppressed: 1 });
    return 'suppressed';
  }
  const [made] = await inside.rows(
    `INSERT INTO alarm_firings (id, alarm, site, charger, key, at, fired, entries, node, deliveries, waiting)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING n`,
    firing.id,
    alarm,
    site,
    charger,
    key,
    at,
    firing.fired,
    JSON.stringify(firing.entries),
    firing.node,
    JSON.stringify(firing.deliveries),
    isWaiting(firing.deliveries) ? 1 : 0,
  );
  const n = integer(made ?? {}, 'n');
  await count(inside, { alarm, at, fired: 1, suppressed: 0 });
  await inside.run('DELETE FROM alarm_firings WHERE n <= $1', n - FIRINGS_MAX);
  return n;
}

async function count(
  inside: Statements,
  {
    alarm,
    at,
    fired,
    suppressed,
  }: Readonly<Record<'at' | 'fired' | 'suppressed', number>> & { alarm: string },
): Promise<void> {
  await inside.run(
    `INSERT INTO alarm_progress (alarm, through, fired, suppressed) VALUES ($1, $2, $3, $4)
     ON CONFLICT (alarm) DO UPDATE SET fired = alarm_progress.fired + excluded.fired,
       suppressed = alarm_progress.suppressed + excluded.suppressed`,
    alarm,
    at,
    fired,
    suppressed,
  );
}
