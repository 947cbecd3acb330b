/**
 * Lets entries live longer where their site keeps more than when they were shipped: TTL goes by what was written then.
 * What a site keeps for less long is removed by `retention.ts`.
 */

import { levelRetention, type SiteRetention } from '../retention.ts';
import { markChanged } from './changed-days.ts';
import { EVERYWHERE, NEVER_EXPIRES, onCluster, type Placement, stored } from './layout.ts';
import { nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { actionsOfLevels, type LevelActions } from './retention.ts';
import type { Connection } from './sql.ts';

/** Of a site for which something was changed. */
export async function keepLonger(
  connection: Connection,
  cluster: string | null,
  retention: ReadonlyMap<string, SiteRetention>,
): Promise<readonly string[]> {
  const placement: Placement = { database: connection.database, cluster };
  const changed: string[] = [];
  for (const [site, kept] of retention) {
    const actions = await actionsOfLevels(connection, [site]);
    const asked = new Parameters();
    const [some = 0] = await connection.rows(
      `SELECT toUInt64(count()) FROM (SELECT 1 FROM ${placement.database}.entry
       WHERE ${tooEarly(site, kept, actions, asked)} LIMIT 1)`,
      asked,
      (row) => row.number(),
    );
    if (some === 0) continue;
    const marked = new Parameters();
    const longer = `toDateTime(${expiry(kept, actions, marked)}, 'UTC')`;
    await markChanged(connection, tooEarly(site, kept, actions, marked), marked, longer);
    const bound = new Parameters();
    const where = tooEarly(site, kept, actions, bound);
    await connection.run(
      `ALTER TABLE ${placement.database}.${stored(placement, 'entry')}${onCluster(placement)}
       UPDATE expires = toDateTime(${expiry(kept, actions, bound)}, 'UTC') WHERE ${where}`,
      bound,
      { mutations_sync: '1', ...(cluster === null ? {} : EVERYWHERE) },
    );
    changed.push(site);
  }
  return changed;
}

function tooEarly(site: string, kept: SiteRetention, actions: LevelActions, bound: Parameters): string {
  return `site = ${bound.text(nameText(site))} AND toUInt32(expires) < ${expiry(kept, actions, bound)}`;
}

/** By the rule of `expiryOf`, s since 1970. */
function expiry(retention: SiteRetention, { info, debug }: LevelActions, bound: Parameters): string {
  const kept = levelRetention(retention);
  const least = (...days: readonly number[]) => {
    const some = days.filter((each) => each > 0);
    return some.length === 0 ? 0 : Math.min(...some);
  };
  const named = (actions: readonly string[]) =>
    actions.length === 0 ? '0' : `(kind = 'exchange' AND action IN ${bound.texts(actions)})`;
  const days = `multiIf(${named(debug)} OR kind = 'orphan', ${bound.integer(least(kept.days, kept.debug))},
    ${named(info)}, ${bound.integer(least(kept.days, kept.info))}, ${bound.integer(kept.days)})`;
  const hours = 'intDiv(bitShiftRight(id, 21), 3600000) + 1';
  return `toUInt32(if(${days} = 0, ${NEVER_EXPIRES}, least(${NEVER_EXPIRES}, (${hours}) * 3600 + ${days} * 86400)))`;
}
