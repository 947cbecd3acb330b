/**
 * The roll-ups of a site file: entries an hour and a day by kind, action, outcome and trait, for all and for each charger
 * and connector. Changes are gathered in memory over a transaction and written once, at its end.
 */

import { NO_CONNECTOR } from './layout.ts';
import { HOURS_PER_DAY, type Hour } from './month.ts';
import type { Connection } from './sql.ts';
import { TRAIT_MAX } from './trait.ts';

/** What an entry is counted under. */
export interface Counted {
  readonly hour: Hour;
  readonly charger: number;
  readonly connector: number | null;
  readonly kind: number;
  readonly action: number;
  readonly outcome: number;
  readonly trait: number;
}

const byAction = (unit: 'hour' | 'day') => ({
  add: `INSERT INTO ${unit}_action VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`,
  drop: `DELETE FROM ${unit}_action WHERE ${unit} = ? AND kind = ? AND action = ? AND outcome = ? AND trait = ? AND n = 0`,
});
const byCharger = (unit: 'hour' | 'day') => ({
  add: `INSERT INTO ${unit}_charger VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n`,
  drop: `DELETE FROM ${unit}_charger WHERE charger = ? AND ${unit} = ? AND connector = ? AND kind = ?
    AND action = ? AND outcome = ? AND trait = ? AND n = 0`,
});
const HOUR = { action: byAction('hour'), charger: byCharger('hour') };
const DAY = { action: byAction('day'), charger: byCharger('day') };

/** Numbers as keys of maps: 10 bits of hour, 3 of kind, 4 of outcome, 15 of trait, the rest is the action. */
const KINDS = 8;
const OUTCOMES = 16;
const HOURS = 1024;
const TRAITS = TRAIT_MAX + 1;
/** By which keys of one hour and the next differ. */
const HOUR_STEP = KINDS * OUTCOMES;

export class RollUpDeltas {
  readonly #plugs = new Map<number | null, Map<number, Map<number, number>>>();
  #size = 0;

  /** Distinct sums held; a transaction that gathers many writes them early. */
  get size(): number {
    return this.#size;
  }

  add(counted: Counted, n: number): void {
    const { hour, charger, connector, kind, action, outcome, trait } = counted;
    const chargers = madeIn(this.#plugs, connector);
    const sums = madeIn(chargers, charger);
    const key = (((action * TRAITS + trait) * HOURS + hour) * KINDS + kind) * OUTCOMES + outcome;
    const before = sums.get(key);
    if (before === undefined) this.#size += 1;
    sums.set(key, (before ?? 0) + n);
  }

  /** In the open transaction. */
  write(db: Connection): void {
    const actions = new Map<number, number>();
    for (const [connector, chargers] of this.#plugs) {
      for (const [charger, sums] of chargers) {
        for (const [key, n] of sums) add(actions, key, n);
        const plug = connector ?? NO_CONNECTOR;
        for (const { unit, sql, keys } of bothUnits(sums)) {
          for (const [key, n] of keys) {
            if (n === 0) continue;
            const [hour, kind, action, outcome, trait] = parts(key);
            db.run(sql.charger.add, charger, hour / unit, plug, kind, action, outcome, trait, n);
            if (n < 0) db.run(sql.charger.drop, charger, hour / unit, plug, kind, action, outcome, trait);
          }
        }
      }
    }
    for (const { unit, sql, keys } of bothUnits(actions)) {
      for (const [key, n] of keys) {
        if (n === 0) continue;
        const [hour, kind, action, outcome, trait] = parts(key);
        db.run(sql.action.add, hour / unit, kind, action, outcome, trait, n);
        if (n < 0) db.run(sql.action.drop, hour / unit, kind, action, outcome, trait);
      }
    }
    this.clear();
  }

  clear(): void {
    this.#plugs.clear();
    this.#size = 0;
  }
}

interface Unit {
  /** Hours in it. */
  readonly unit: number;
  readonly sql: typeof HOUR;
  readonly keys: ReadonlyMap<number, number>;
}

/** Sums of hours, and the same for the days, under the first hour of each. */
function bothUnits(hours: ReadonlyMap<number, number>): readonly Unit[] {
  const days = new Map<number, number>();
  for (const [key, n] of hours) add(days, key - (hourOf(key) % HOURS_PER_DAY) * HOUR_STEP, n);
  return [
    { unit: 1, sql: HOUR, keys: hours },
    { unit: HOURS_PER_DAY, sql: DAY, keys: days },
  ];
}

function add(sums: Map<number, number>, key: number, n: number): void {
  sums.set(key, (sums.get(key) ?? 0) + n);
}

function hourOf(key: number): Hour {
  return Math.floor(key / HOUR_STEP) % HOURS;
}

function madeIn<K, L, W>(maps: Map<K, Map<L, W>>, key: K): Map<L, W> {
  const found = maps.get(key);
  if (found !== undefined) return found;
  const made = new Map<L, W>();
  maps.set(key, made);
  return made;
}

function parts(
  key: number,
): readonly [hour: number, kind: number, action: number, outcome: number, trait: number] {
  const outcome = key % OUTCOMES;
  const kinds = (key - outcome) / OUTCOMES;
  const kind = kinds % KINDS;
  const hours = (kinds - kind) / KINDS;
  const hour = hours % HOURS;
  const traits = (hours - hour) / HOURS;
  const trait = traits % TRAITS;
  return [hour, kind, (traits - trait) / TRAITS, outcome, trait];
}
