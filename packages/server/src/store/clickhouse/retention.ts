/**
 * Removes what sites keep no longer. The table's TTL removes by what a site kept when an entry was shipped; this one by
 * what it keeps now, which may be less.
 */

import { levelOfAction } from '@ocpp-logs/core';
import { levelRetention, retentionCut, type SiteRetention } from '../retention.ts';
import { markChanged } from './changed-days.ts';
import { EVERYWHERE, onCluster, type Placement, stored } from './layout.ts';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { anyOf } from './query-conditions.ts';
import type { Connection } from './sql.ts';

/** Sites of one statement. */
const SITES_AT_ONCE = 100;

/** Whether something was removed. `now`: ms. */
export async function removeExpired(
  connection: Connection,
  cluster: string | null,
  now: number,
  retention: ReadonlyMap<string, SiteRetention>,
): Promise<boolean> {
  const placement: Placement = { database: connection.database, cluster };
  const sites = [...retention];
  let removed = false;
  for (let at = 0; at < sites.length; at += SITES_AT_ONCE) {
    const some = sites.slice(at, at + SITES_AT_ONCE);
    const actions = await actionsOfLevels(
      connection,
      some.map(([site]) => site),
    );
    const condition = (bound: Parameters) =>
      anyOf(some.flatMap(([site, kept]) => goneOf(site, kept, now, actions, bound)));
    const looked = new Parameters();
    const gone = condition(looked);
    if (gone === '0') continue;
    // A statement that removes nothing would rewrite marks of parts all the same.
    const [found = 0] = await connection.rows(
      `SELECT toUInt64(count()) FROM (SELECT 1 FROM ${placement.database}.entry WHERE ${gone} LIMIT 1)`,
      looked,
      (row) => row.number(),
    );
    if (found === 0) continue;
    // What has expired is in no count; what a site keeps less long than it did is.
    const marked = new Parameters();
    await markChanged(connection, `expires > now() AND ${condition(marked)}`, marked);
    const bound = new Parameters();
    const where = condition(bound);
    await connection.run(
      `DELETE FROM ${placement.database}.${stored(placement, 'entry')}${onCluster(placement)} WHERE ${where}`,
      bound,
      // Replicas that are away follow when they are back.
      cluster === null ? { lightweight_deletes_sync: '2' } : { lightweight_deletes_sync: '1', ...EVERYWHERE },
    );
    removed = true;
  }
  return removed;
}

export interface LevelActions {
  readonly info: readonly string[];
  readonly debug: readonly string[];
}

/** Of the actions that were seen there. */
export async function actionsOfLevels(
  connection: Connection,
  sites: readonly string[],
): Promise<LevelActions> {
  const bound = new Parameters();
  const actions = await connection.rows(
    `SELECT DISTINCT action FROM ${connection.database}.action WHERE site IN ${bound.texts(sites.map(nameText))}`,
    bound,
    (row) => row.text(),
  );
  const of = (level: 'info' | 'debug') => actions.filter((action) => levelOfAction(nameOf(action)) === level);
  return { info: of('info'), debug: of('debug') };
}

function goneOf(
  site: string,
  retention: SiteRetention,
  now: number,
  actions: LevelActions,
  bound: Parameters,
): readonly string[] {
  const { days, info, debug } = levelRetention(retention);
  const parts: string[] = [];
  const before = (kept: number) => `id < ${bound.integer(BigInt(retentionCut(now, kept)) << 21n)}`;
  const named = (names: readonly string[]) =>
    names.length === 0 ? '0' : `(kind = 'exchange' AND action IN ${bound.texts(names)})`;
  if (retentionCut(now, days) > 0) parts.push(before(days));
  if (retentionCut(now, info) > 0) parts.push(`(${before(info)} AND ${named(actions.info)})`);
  if (retentionCut(now, debug) > 0) {
    // Answers to nothing known are kept at debug alone.
    parts.push(`(${before(debug)} AND ${anyOf([named(actions.debug), `kind = 'orphan'`])})`);
  }
  if (parts.length === 0) return [];
  return [`(site = ${bound.text(nameText(site))} AND ${anyOf(parts)})`];
}
