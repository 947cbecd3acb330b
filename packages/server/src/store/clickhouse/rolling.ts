/**
 * Counts whole days ahead, once nothing has changed in them for a while. Several nodes may count the same day: the row of
 * one replaces that of the other, and each says of which state of the day it is.
 */

import type { ClickHouseSettings } from '@clickhouse/client';
import { timeOfId } from '@ocpp-logs/core';
import { type Month, monthOf, startOfMonth } from '../sqlite/month.ts';
import { markUnmarked } from './changed-days.ts';
import { NEVER_EXPIRES } from './layout.ts';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { standing } from './rolled-days.ts';
import { ROLLED_GROUPS, type RolledGroup } from './rolled-groups.ts';
import type { Connection } from './sql.ts';

const DAY_MS = 86_400_000;
const DAY_S = DAY_MS / 1000;
/**
 * s for which a day must not have changed: its mark may be there before the entries of the same insert are, which a quorum
 * holds up for ten minutes.
 */
const QUIET_S = 3600;
/** Days counted in one round. */
const DAYS_MAX = 100;
/** Months looked through in one round for days from before there were marks. */
const MONTHS_MAX = 12;
/** Groups of a day by one grouping; a day that has more is read from its entries. */
const GROUPS_MAX = 100_000;

/** Of a cluster: not of a replica that lags behind by more than a part of {@link QUIET_S}; rather not at all. */
const FRESH: ClickHouseSettings = {
  max_replica_delay_for_distributed_queries: '300',
  fallback_to_stale_replicas_for_distributed_queries: 0,
};

export interface RollingOptions {
  readonly connection: Connection;
  /** Name of this node: each begins with other sites. */
  readonly node: string;
  readonly quietS?: number;
  readonly daysMax?: number;
  readonly groupsMax?: number;
}

interface DueDay {
  readonly site: string;
  /** Days since 1970. */
  readonly day: number;
  readonly mark: bigint;
  /** s since 1970: when its marks go. */
  readonly gone: number;
  /** Of the server, s since 1970. */
  readonly now: number;
}

export interface RollingCounts {
  readonly rolled_days_total: number;
  /** Days that are to be counted, as of the last round. */
  readonly rolled_days_waiting: number;
}

export class Rolling {
  readonly #options: RollingOptions;
  #days = 0;
  #waiting = 0;
  /** Still to be looked through, oldest first; null: all, whichever they are. */
  #unmarked: Month[] | null = null;

  constructor(options: RollingOptions) {
    this.#options = options;
  }

  counts(): RollingCounts {
    return { rolled_days_total: this.#days, rolled_days_waiting: this.#waiting };
  }

  /** Whether more can be done at once. What fails is done by a later round. */
  async round(): Promise<boolean> {
    const months = await this.#mark();
    const { days, waiting } = await this.#due();
    this.#waiting = waiting;
    for (const day of days) {
      await this.#roll(day);
      this.#days += 1;
      this.#waiting -= 1;
    }
    return months > 0 || waiting > days.length;
  }

  /** Newest first. How many months are left. */
  async #mark(): Promise<number> {
    const { connection } = this.#options;
    this.#unmarked ??= await monthsOf(connection);
    for (let n = 0; n < MONTHS_MAX; n += 1) {
      const month = this.#unmarked.at(-1);
      if (month === undefined) break;
      const span = { from: startOfMonth(month), to: startOfMonth(month + 1) };
      await markUnmarked(connection, span, new Parameters());
      this.#unmarked.pop();
    }
    return this.#unmarked.length;
  }

  /** Newest first. */
  async #due(): Promise<{ readonly days: readonly DueDay[]; readonly waiting: number }> {
    const { connection, node, quietS = QUIET_S, daysMax = DAYS_MAX } = this.#options;
    const bound = new Parameters();
    // What expires hour by hour is counted once all of that day has.
    const sql = `SELECT site, toUInt64(toUInt16(day)), sum(marked), toUInt64(max(ends)), toUInt64(toUnixTimestamp(now())),
        toUInt64(count() OVER ())
      FROM ${standing(connection.database, `day < toDate(now('UTC') - INTERVAL ${quietS} SECOND)`)}
      GROUP BY site, day
      HAVING max(ends) > now() AND max(changed) <= now64(6) - INTERVAL ${quietS} SECOND
        AND (max(rolled) = 0 OR sum(marked) != sum(counted)
          OR max(fitting) = 1 AND max(valid) <= now() - INTERVAL ${DAY_S} SECOND)
      ORDER BY day DESC, cityHash64(site, ${bound.text(node)}) LIMIT ${bound.integer(daysMax)}`;
    let waiting = 0;
    const days = await connection.rows(sql, bound, (row) => {
      const site = nameOf(row.text());
      const day = { day: row.number(), mark: row.uint64(), gone: row.number(), now: row.number() };
      waiting = row.number();
      return { site, ...day };
    });
    return { days, waiting };
  }

  async #roll({ site, day, mark, gone, now }: DueDay): Promise<void> {
    const { connection, groupsMax = GROUPS_MAX } = this.#options;
    const { database } = connection;
    const bound = new Parameters();
    const id = (of: number) => bound.integer(BigInt(of * DAY_MS) << 21n);
    const entries = `${database}.entry FINAL WHERE site = ${bound.text(nameText(site))}
      AND id >= ${id(day)} AND id < ${id(day + 1)} AND expires > toDateTime(${bound.integer(now)}, 'UTC')`;
    const names = ROLLED_GROUPS.map(({ name }) => name);
    const most = bound.integer(groupsMax);
    const fits = names.map((name) => `length(${name}) <= ${most}`).join(' AND ');
    // A day behind its marks: nothing would tell that it was counted. What is kept for ever has no later time.
    const goes = bound.integer(Math.min(NEVER_EXPIRES, gone + DAY_S));
    const never = `toDateTime(${NEVER_EXPIRES}, 'UTC')`;
    await connection.put(
      `INSERT INTO ${database}.rolled_day (site, day, made, mark, until, gone, fits, ${names.join(', ')})
       SELECT ${bound.text(nameText(site))}, toDate(toUInt16(${bound.integer(day)})), now64(6, 'UTC'),
         ${bound.integer(mark)}, until, toDateTime(${goes}, 'UTC'), ${fits}, ${names.map((name) => `if(${fits}, ${name}, [])`).join(', ')}
       FROM (SELECT if(count() = 0, ${never}, min(expires)) AS until FROM ${entries}) AS span
       ${ROLLED_GROUPS.map((group) => `CROSS JOIN (${countedBy(group, entries, most)}) AS of_${group.name}`).join('\n')}`,
      bound,
      FRESH,
    );
  }
}

const HOUR_OF_DAY = 'toUInt8(intDiv(bitShiftRight(id, 21), 3600000) % 24)';

/** One more than may be, so that it is seen. */
function countedBy({ name, columns }: RolledGroup, entries: string, most: string): string {
  const selected = columns.map((column) => (column === 'hour' ? `${HOUR_OF_DAY} AS hour` : column));
  return `SELECT groupArray(tuple(${columns.join(', ')}, n)) AS ${name}
    FROM (SELECT ${selected.join(', ')}, count() AS n FROM ${entries} GROUP BY ALL LIMIT ${most} + 1)`;
}

/** All in which there are entries, and some between. */
async function monthsOf(connection: Connection): Promise<Month[]> {
  const [span] = await connection.rows(
    `SELECT min(id), max(id), count() FROM ${connection.database}.entry`,
    new Parameters(),
    (row) => ({ first: row.uint64(), last: row.uint64(), entries: row.number() }),
  );
  if (span === undefined || span.entries === 0) return [];
  const first = monthOf(timeOfId(span.first));
  const last = monthOf(timeOfId(span.last));
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
