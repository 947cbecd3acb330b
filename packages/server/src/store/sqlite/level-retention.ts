/** Removes what a level keeps for less long than the others, in bounded batches, out of rows, blocks and roll-ups. */

import { levelOfAction } from '@ocpp-logs/core';
import type { BlockCache } from './block-cache.ts';
import { kindCode } from './codes.ts';
import type { Place } from './month.ts';
import { dayOfPlace, HOURS_PER_DAY, hourOfPlace, PLACES_PER_DAY, PLACES_PER_HOUR } from './month.ts';
import { emptyBlock } from './retention.ts';
import { ROW, type SiteFile, storedRow } from './site-file.ts';

/** Levels that can be kept for less long. */
export type ShortLevel = 'info' | 'debug';

/** Entries removed in one step at most; looked at are those of one day. */
const STEP = 5000;

/** One step, in the open transaction, of what lies before `cut`, which is at a whole hour. True if there may be more. */
export function removeLevelBefore(
  file: SiteFile,
  blocks: BlockCache,
  level: ShortLevel,
  cut: Place,
): boolean {
  const condition = conditionOf(level);
  const actions = JSON.stringify(file.actions.idsWhere((name) => levelOfAction(name) === level));
  const first = firstHour(file, condition, actions, cut);
  if (first === null) return false;
  const end = Math.min(cut, (Math.floor(first / HOURS_PER_DAY) + 1) * PLACES_PER_DAY);
  const found = file.db.numbers(
    `SELECT id, ${ROW} FROM entry WHERE id >= ? AND id < ? AND ${condition} ORDER BY id LIMIT ?`,
    first * PLACES_PER_HOUR,
    end,
    actions,
    STEP,
  );
  const emptied = new Map<number, Set<number>>();
  for (const columns of found) {
    const row = storedRow(columns, 1);
    file.count(columns[0] ?? 0, row, -1);
    if (row.block === null || row.slot === null) continue;
    const slots = emptied.get(row.block);
    if (slots === undefined) emptied.set(row.block, new Set([row.slot]));
    else slots.add(row.slot);
  }
  const places = JSON.stringify(found.map(([place]) => place));
  for (const table of ['open_text', 'amendment', 'entry'])
    file.db.run(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`, places);
  const touched = file.db.numbers(
    'SELECT number, hour, last_hour FROM block WHERE number IN (SELECT value FROM json_each(?))',
    JSON.stringify([...emptied.keys()]),
  );
  for (const [number = 0, hour = 0, lastHour = 0] of touched)
    emptyBlock(file, blocks, number, emptied.get(number) ?? new Set(), { hour, lastHour });
  return true;
}

/** Answers to nothing known are kept at debug alone; the actions are the parameter. */
function conditionOf(level: ShortLevel): string {
  const named = `kind = ${kindCode('exchange')} AND action IN (SELECT value FROM json_each(?))`;
  return level === 'debug' ? `(${named} OR kind = ${kindCode('orphan')})` : `(${named})`;
}

/** By the roll-ups, so that a file in which nothing is left to do costs next to nothing. */
function firstHour(file: SiteFile, condition: string, actions: string, cut: Place): number | null {
  const day = file.db.numberRow(
    `SELECT min(day) FROM day_action WHERE day <= ? AND ${condition}`,
    dayOfPlace(cut),
    actions,
  )?.[0];
  if (day == null) return null;
  const hour = file.db.numberRow(
    `SELECT min(hour) FROM hour_action WHERE hour >= ? AND hour < ? AND ${condition}`,
    day * HOURS_PER_DAY,
    hourOfPlace(cut),
    actions,
  )?.[0];
  return hour ?? null;
}
