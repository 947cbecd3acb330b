/**
 * Rows that no reader sees any more and that parts still hold: older versions of what an erasure changed, and what was
 * deleted or has expired. On a cluster on every replica.
 */

import { ClickHouseError } from '@clickhouse/client';
import { timeOfId } from '@ocpp-logs/core';
import { StoreUnavailableError } from '../unavailable.ts';
import { markMonth } from './changed-days.ts';
import type { ErasedRows, ErasedTask } from './erased-rows.ts';
import { ACCESS_DENIED } from './error-codes.ts';
import { EVERYWHERE, onCluster, type Placement, stored } from './layout.ts';
import { nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** Ids of one question: they stand in the address of the request. */
const IDS_AT_ONCE = 1000;

/** No entry is of it. */
const NO_MONTH = '000000';

/** `202603`, as the table is partitioned. */
export type Partition = string;

export interface OldRows {
  /** Those that have any, and how many. */
  readonly left: ReadonlyMap<Partition, number>;
  /** How many of them every node finds: what has expired or was deleted, whoever's entries it was. */
  readonly ofSite: number;
  /** Parts with such rows of the site. */
  readonly parts: ReadonlySet<string>;
  /** Those of all entries that were changed, too. */
  readonly partitions: ReadonlySet<Partition>;
}

/** Rows of one part: all that count where deletions do, and where they do not. */
interface Found {
  readonly partition: Partition;
  readonly part: string;
  readonly rows: number;
  readonly undeleted: number;
}

export class OldRowsOfEngine {
  readonly #connection: Connection;
  readonly #placement: Placement;

  constructor(connection: Connection, cluster: string | null) {
    this.#connection = connection;
    this.#placement = { database: connection.database, cluster };
  }

  /**
   * `held`: parts of an earlier look. What was deleted counts only there: what is deleted later was in the files, and so
   * was replaced before, and hour by hour there is more of it. null: this is the first look.
   */
  async of(
    task: ErasedTask,
    erased: Pick<ErasedRows, 'ids'>,
    held: ReadonlySet<string> | null,
  ): Promise<OldRows> {
    const left = new Map<Partition, number>();
    const partitions = new Set<Partition>();
    const parts = new Set<string>();
    const at = Math.floor(task.at / 1000);
    const expired = (bound: Parameters) => `toUInt32(expires) <= ${bound.integer(at)}`;
    const counted = (found: readonly Found[]): number => {
      let sum = 0;
      for (const { partition, part, rows, undeleted } of found) {
        const some = held === null || held.has(part) ? rows : undeleted;
        if (some > 0) left.set(partition, (left.get(partition) ?? 0) + some);
        sum += some;
      }
      return sum;
    };
    for (const { below, ids } of erased.ids(task, IDS_AT_ONCE)) {
      for (const id of ids) partitions.add(new Date(timeOfId(id)).toISOString().slice(0, 7).replace('-', ''));
      // What counts as expired or deleted does so below.
      const found = await this.#found(task, (bound) => ({
        where: `id IN ${bound.ids(ids)} AND version < ${bound.integer(below)}`,
        rows: `NOT ${expired(bound)} AND _row_exists = 1`,
        undeleted: `NOT ${expired(bound)}`,
      }));
      counted(found);
    }
    const found = await this.#found(task, (bound) => ({
      where: `(${expired(bound)} OR _row_exists = 0)`,
      rows: '1',
      undeleted: expired(bound),
    }));
    for (const { part } of found) parts.add(part);
    const ofSite = counted(found);
    for (const partition of left.keys()) partitions.add(partition);
    return { left, ofSite, parts, partitions };
  }

  /** One part of all of a partition, without them. What is under way there is waited for. */
  async merge(partition: Partition): Promise<void> {
    const { database } = this.#placement;
    if (!/^\d{6}$/.test(partition)) throw new RangeError(`${partition} is no month`);
    await this.#connection.run(
      `OPTIMIZE TABLE ${database}.${stored(this.#placement, 'entry')}${onCluster(this.#placement)} PARTITION ID '${partition}' FINAL`,
      undefined,
      // It fails where it does not merge; replicas that are away are found by the next look.
      { optimize_throw_if_noop: 1, alter_sync: '1' },
    );
  }

  /** Counts of its days, which hold names: they are counted again from what is there now. */
  async dropCounts(partition: Partition): Promise<void> {
    if (!/^\d{6}$/.test(partition)) throw new RangeError(`${partition} is no month`);
    const { database } = this.#placement;
    await markMonth(this.#connection, Number(partition));
    await this.#connection.run(
      `ALTER TABLE ${database}.${stored(this.#placement, 'rolled_day')}${onCluster(this.#placement)} DROP PARTITION ID '${partition}'`,
      undefined,
      { alter_sync: '1' },
    );
  }

  /** Parts that were merged into others, and are still on a disk. */
  async inactive(): Promise<readonly string[]> {
    const { database, cluster } = this.#placement;
    const table = `${database}.${stored(this.#placement, 'entry')}`;
    // After a start the engine comes to know of such parts last.
    await this.#connection.run(
      `SYSTEM WAIT LOADING PARTS${onCluster(this.#placement)} ${table}`,
      undefined,
      cluster === null ? {} : EVERYWHERE,
    );
    // While nothing is written it looks for them every few minutes only, and whenever a partition is dropped: this is none.
    // Replicas look by themselves.
    if (cluster === null) await this.#connection.run(`ALTER TABLE ${table} DROP PARTITION ID '${NO_MONTH}'`);
    const bound = new Parameters();
    return this.#connection.rows(
      `SELECT ${this.#host()}name FROM ${this.#system('parts')} WHERE NOT active AND ${this.#table(bound)} ORDER BY 1`,
      bound,
      (row) => this.#named(row.text.bind(row)),
    );
  }

  /** Of these partitions, and those whose name tells none; null where the user may not look. */
  async detached(partitions: ReadonlySet<Partition>): Promise<readonly string[] | null> {
    const bound = new Parameters();
    try {
      return await this.#connection.rows(
        `SELECT ${this.#host()}name FROM ${this.#system('detached_parts')} WHERE ${this.#table(bound)}
         AND (partition_id IS NULL OR partition_id IN ${bound.texts([...partitions])}) ORDER BY 1`,
        bound,
        (row) => this.#named(row.text.bind(row)),
      );
    } catch (error) {
      if (isDenied(error)) return null;
      throw error;
    }
  }

  async #found(
    { site }: Pick<ErasedTask, 'site'>,
    conditions: (bound: Parameters) => Record<'where' | 'rows' | 'undeleted', string>,
  ): Promise<readonly Found[]> {
    const bound = new Parameters();
    const { database, cluster } = this.#placement;
    const table = `${database}.${stored(this.#placement, 'entry')}`;
    const everywhere = cluster === null ? table : `clusterAllReplicas(${cluster}, ${table})`;
    const { where, rows, undeleted } = conditions(bound);
    return this.#connection.rows(
      `SELECT toString(_partition_id), toString(_part), countIf(${rows}), countIf(${undeleted}) FROM ${everywhere}
       WHERE site = ${bound.text(nameText(site))} AND ${where}
       GROUP BY 1, 2 SETTINGS apply_deleted_mask = 0`,
      bound,
      (row) => ({
        partition: row.text(),
        part: unmutated(row.text()),
        rows: row.number(),
        undeleted: row.number(),
      }),
    );
  }

  #table(bound: Parameters): string {
    const { database } = this.#placement;
    const tables = ['entry', 'rolled_day'].map((name) => stored(this.#placement, name));
    return `database = ${bound.text(database)} AND table IN ${bound.texts(tables)}`;
  }

  #system(name: 'parts' | 'detached_parts'): string {
    const { cluster } = this.#placement;
    return cluster === null ? `system.${name}` : `clusterAllReplicas(${cluster}, system.${name})`;
  }

  /** Parts of two replicas have the same names. */
  #host(): string {
    return this.#placement.cluster === null ? '' : 'hostName(), ';
  }

  #named(text: () => string): string {
    return this.#placement.cluster === null ? text() : `${text()} ${text()}`;
  }
}

/** Partition, blocks and level: a deletion adds its number, and a merge, which takes the rows away, another level. */
function unmutated(part: string): string {
  return part.split('_').slice(0, 4).join('_');
}

function isDenied(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError &&
    error.cause instanceof ClickHouseError &&
    Number(error.cause.code) === ACCESS_DENIED
  );
}
