/**
 * The two roll-ups of a site file: entries an hour by kind, action, outcome and trait, for all and for each charger
 * and connector. Changes are gathered in memory over a transaction and written once, at its end.
 */

import { NO_CONNECTOR } from './layout.ts';
import type { Hour } from './month.ts';
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

const ADD_ACTION =
  'INSERT INTO hour_action VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n';
const DROP_ACTION =
  'DELETE FROM hour_action WHERE hour = ? AND kind = ? AND action = ? AND outcome = ? AND trait = ? AND n = 0';
const ADD_CHARGER =
  'INSERT INTO hour_charger VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n';
const DROP_CHARGER = `DELETE FROM hour_charger WHERE charger = ? AND hour = ? AND connector = ? AND kind = ?
  AND action = ? AND outcome = ? AND trait = ? AND n = 0`;

/** Numbers as keys of maps: 10 bits of hour, 3 of kind, 4 of outcome, 15 of trait, the rest is the action. */
const KINDS = 8;
const OUTCOMES = 16;
const HOURS = 1024;
const TRAITS = TRAIT_MAX + 1;

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
        for (const [key, n] of sums) {
          if (n === 0) continue;
          actions.set(key, (actions.get(key) ?? 0) + n);
          const [hour, kind, action, outcome, trait] = parts(key);
          const plug = connector ?? NO_CONNECTOR;
          db.run(ADD_CHARGER, charger, hour, plug, kind, action, outcome, trait, n);
          if (n < 0) db.run(DROP_CHARGER, charger, hour, plug, kind, action, outcome, trait);
        }
      }
    }
    for (const [key, n] of actions) {
      if (n === 0) continue;
      const [hour, kind, action, outcome, trait] = parts(key);
      db.run(ADD_ACTION, hour, kind, action, outcome, trait, n);
      if (n < 0) db.run(DROP_ACTION, hour, kind, action, outcome, trait);
    }
    this.clear();
  }

  clear(): void {
    this.#plugs.clear();
    this.#size = 0;
  }
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
