/** Alarms in control.db. */

import type { SQLInputValue } from 'node:sqlite';
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
} from './alarm-rows.ts';
import { appendInside } from './audit-table.ts';
import { integer } from './rows.ts';
import type { Statements } from './statements.ts';

const INSERT = `INSERT INTO alarms (${ALARM_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export class AlarmTable {
  readonly #statements: Statements;
  readonly #most: number;

  /** @param most firings that are kept */
  constructor(statements: Statements, most = FIRINGS_MAX) {
    this.#statements = statements;
    this.#most = most;
  }

  /** Those that come with the server, then by name. */
  all(): readonly AlarmRecord[] {
    return this.#sql('SELECT * FROM alarms ORDER BY ready DESC, name, id').all().map(alarmOf);
  }

  put(alarm: AlarmRecord): void {
    this.#statements.transaction(() => {
      const others = this.#sql('SELECT count(*) AS n FROM alarms WHERE id <> ?').get(alarm.id);
      if (integer(others ?? {}, 'n') >= ALARMS_MAX) throw new TooManyAlarms();
      this.#put(alarm);
    });
  }

  change(alarm: AlarmRecord, read: AlarmRead): boolean {
    return this.#statements.transaction(() => {
      if (!this.#isAsRead(alarm.id, read)) return false;
      this.#put(alarm);
      return true;
    });
  }

  addReady(alarms: readonly AlarmRecord[]): void {
    for (const alarm of alarms) this.#sql(`${INSERT} ON CONFLICT (id) DO NOTHING`).run(...alarmValues(alarm));
  }

  remove(id: string, read?: AlarmRead): boolean {
    return this.#statements.transaction(
      () => (read === undefined || this.#isAsRead(id, read)) && this.#remove(id),
    );
  }

  /** Within a transaction. */
  withoutSite(site: string): void {
    const { changed, gone } = alarmsWithout(this.all(), site);
    for (const alarm of changed) this.#put(alarm);
    for (const { id } of gone) this.#remove(id);
  }

  progress(): readonly AlarmProgress[] {
    return this.#sql('SELECT * FROM alarm_progress ORDER BY alarm').all().map(progressOf);
  }

  evaluated(alarms: readonly string[], through: number): void {
    this.#statements.transaction(() => {
      for (const alarm of alarms) {
        this.#sql(
          `INSERT INTO alarm_progress (alarm, through, fired, suppressed) VALUES (?, ?, 0, 0)
           ON CONFLICT (alarm) DO UPDATE SET through = max(through, excluded.through)`,
        ).run(alarm, through);
      }
    });
  }

  /** All of this control data is one node's: what is known of alarms is known of it. */
  reached(): null {
    return null;
  }

  fire(firings: readonly NewFiring[]): readonly FireOutcome[] {
    return this.#statements.transaction(() => firings.map((firing) => this.#fire(firing)));
  }

  firings({ alarm, sites, before, take }: FiringsQuery): readonly FiringRecord[] {
    const conditions = ['1 = 1'];
    const values: SQLInputValue[] = [];
    if (alarm !== null) {
      conditions.push('alarm = ?');
      values.push(alarm);
    }
    if (sites !== null) {
      conditions.push('site IN (SELECT value FROM json_each(?))');
      values.push(JSON.stringify(sites));
    }
    if (before !== null) {
      conditions.push('n < ?');
      values.push(before);
    }
    return this.#sql(`SELECT * FROM alarm_firings WHERE ${conditions.join(' AND ')} ORDER BY n DESC LIMIT ?`)
      .all(...values, Math.min(take, FIRINGS_TAKE_MAX + 1))
      .map(firingOf);
  }

  numberOf(firing: string): number | null {
    const [found] = this.#sql('SELECT n FROM alarm_firings WHERE id = ? OR (id IS NULL AND n = ?)').all(
      firing,
      earlierNumber(firing),
    );
    return found === undefined ? null : integer(found, 'n');
  }

  lose(lost: KeeperLost): number | null {
    return this.#statements.transaction(() => {
      const { alarm, changed, changedBy, why, at } = lost;
      const written = this.#sql(
        `UPDATE alarms SET lost_why = ?, lost_at = ?,
           lost_through = (SELECT coalesce(max(n), 0) FROM alarm_firings WHERE alarm = ?)
         WHERE id = ? AND changed = ? AND changed_by IS ? AND lost_why IS NULL`,
      ).run(why, at, alarm, alarm, changed, changedBy);
      if (written.changes === 0) return null;
      const dropped = this.#drop(alarm);
      appendInside(this.#statements, lossEvent(lost, dropped));
      return dropped;
    });
  }

  delivered(n: number, deliveries: readonly Delivery[], node: string): boolean {
    const { changes } = this.#sql(
      'UPDATE alarm_firings SET deliveries = ?, waiting = ? WHERE n = ? AND node = ?',
    ).run(JSON.stringify(deliveries), isWaiting(deliveries) ? 1 : 0, n, node);
    return changes > 0 || this.#sql('SELECT 1 FROM alarm_firings WHERE n = ?').get(n) === undefined;
  }

  /** There is no other node. */
  takeOver(): readonly FiringRecord[] {
    return [];
  }

  toldThrough(): null {
    return null;
  }

  undelivered(node: string): readonly FiringRecord[] {
    return this.#sql(
      `SELECT * FROM alarm_firings WHERE waiting = 1 AND node = ? ORDER BY n LIMIT ${UNDELIVERED_MAX}`,
    )
      .all(node)
      .map(firingOf);
  }

  #isAsRead(id: string, read: AlarmRead): boolean {
    const now = this.#sql('SELECT * FROM alarms WHERE id = ?').get(id);
    return now !== undefined && isAsRead(alarmOf(now), read);
  }

  #put(alarm: AlarmRecord): void {
    this.#sql(
      `${INSERT} ON CONFLICT (id) DO UPDATE SET name = excluded.name, rule = excluded.rule, sites = excluded.sites,
         enabled = excluded.enabled, quiet_minutes = excluded.quiet_minutes, targets = excluded.targets,
         changed = excluded.changed, changed_by = excluded.changed_by, lost_why = excluded.lost_why,
         lost_at = excluded.lost_at`,
    ).run(...alarmValues(alarm));
  }

  #remove(id: string): boolean {
    this.#sql('DELETE FROM alarm_firings WHERE alarm = ?').run(id);
    this.#sql('DELETE FROM alarm_progress WHERE alarm = ?').run(id);
    return this.#sql('DELETE FROM alarms WHERE id = ?').run(id).changes === 1;
  }

  /** How many deliveries that were. */
  #drop(alarm: string): number {
    const waiting = this.#sql('SELECT * FROM alarm_firings WHERE alarm = ? AND waiting = 1').all(alarm);
    let all = 0;
    for (const firing of waiting.map(firingOf)) {
      const { deliveries, dropped } = dropWaiting(firing.deliveries, UNKEPT);
      this.delivered(firing.n, deliveries, firing.node);
      all += dropped;
    }
    return all;
  }

  /** Limits go by when it came true, so that what is looked at twice is told or not told both times. */
  #fire(firing: NewFiring): FireOutcome {
    const { alarm, site, charger, key, at, quietMs } = firing;
    const there = this.#sql(
      'SELECT lost_why IS NOT NULL AND ready = 0 AS unkept FROM alarms WHERE id = ?',
    ).get(alarm);
    if (there === undefined) return 'known';
    if (integer(there, 'unkept') === 1) return 'unkept';
    const known = this.#sql('SELECT 1 FROM alarm_firings WHERE alarm = ? AND site = ? AND key = ?');
    if (known.get(alarm, site, key) !== undefined) return 'known';
    const quiet = this.#sql(
      'SELECT 1 FROM alarm_firings WHERE alarm = ? AND site = ? AND charger = ? AND at > ? AND at <= ? LIMIT 1',
    );
    if (quietMs > 0 && quiet.get(alarm, site, charger, at - quietMs, at) !== undefined) return 'quiet';
    const minute = minuteOf(at);
    const before = this.#sql(
      'SELECT count(*) AS n FROM alarm_firings WHERE alarm = ? AND at >= ? AND at < ?',
    ).get(alarm, minute, minute + MINUTE_MS);
    if (integer(before ?? {}, 'n') >= FIRINGS_A_MINUTE) {
      this.#count(alarm, at, 0, 1);
      return 'suppressed';
    }
    const { lastInsertRowid } = this.#sql(
      `INSERT INTO alarm_firings (id, alarm, site, charger, key, at, fired, entries, node, deliveries, waiting)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
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
    this.#count(alarm, at, 1, 0);
    this.#sql('DELETE FROM alarm_firings WHERE n <= ?').run(Number(lastInsertRowid) - this.#most);
    return Number(lastInsertRowid);
  }

  #count(alarm: string, at: number, fired: number, suppressed: number): void {
    this.#sql(
      `INSERT INTO alarm_progress (alarm, through, fired, suppressed) VALUES (?, ?, ?, ?)
       ON CONFLICT (alarm) DO UPDATE SET fired = fired + excluded.fired,
         suppressed = suppressed + excluded.suppressed`,
    ).run(alarm, at, fired, suppressed);
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
