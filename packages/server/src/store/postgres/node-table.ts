/** Numbers of nodes, each given to one data folder. */

import { counted } from '@ocpp-logs/core';
import { integer, type Row, text } from '../control/rows.ts';
import type { Nodes } from '../control-store.ts';
import { NODES_MAX, NUMBER_OF_OLD } from '../node-number.ts';
import { type GivenNumber, GONE_MS, type NodeClaim, type NodeRow, NodeRunsError } from '../nodes.ts';
import type { PooledStatements, Statements } from './statements.ts';

/** Of those that start at once one comes after the other. */
const ONE_AT_A_TIME = 'LOCK TABLE nodes IN EXCLUSIVE MODE';

export class NodeTable implements Nodes {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  claim(claim: NodeClaim, now: number): Promise<GivenNumber> {
    return this.#statements.transaction(async (inside) => {
      await inside.run(ONE_AT_A_TIME);
      const all = (await inside.rows('SELECT * FROM nodes ORDER BY number')).map(claimedOf);
      const own = all.find(({ folder }) => folder === claim.folder);
      if (own !== undefined && own.released === null && claim.runs.concat(claim.run).includes(own.run)) {
        await inside.run(
          'UPDATE nodes SET run = $1, last_seen = $2 WHERE number = $3',
          claim.run,
          now,
          own.number,
        );
        return { folder: own.folder, number: own.number, clashes: own.clashes };
      }
      // One that another database gave, or this one before it was restored: nobody else has it.
      const kept =
        own === undefined && all.every(({ number }) => number !== claim.number) ? claim.number : null;
      const isStranger = own === undefined && claim.number !== null && kept === null;
      const number = kept ?? freeNumber(all, claim.old);
      // The entries of a stranger have the number of another folder.
      const clashes = isStranger || (claim.old && number !== NUMBER_OF_OLD);
      const folder = own === undefined ? claim.folder : claim.instead;
      if (number !== null) await give(inside, { number, folder, run: claim.run, clashes }, now);
      return { folder, number, clashes };
    });
  }

  async seen(folder: string, now: number): Promise<void> {
    await this.#statements.run('UPDATE nodes SET last_seen = $1 WHERE folder = $2', now, folder);
  }

  async all(): Promise<readonly NodeRow[]> {
    return (await this.#statements.rows('SELECT * FROM nodes ORDER BY number')).map(claimedOf);
  }

  release(number: number, now: number): Promise<boolean> {
    return this.#statements.transaction(async (inside) => {
      await inside.run(ONE_AT_A_TIME);
      const [row] = await inside.rows('SELECT * FROM nodes WHERE number = $1 AND released IS NULL', number);
      if (row === undefined) return false;
      const silent = now - claimedOf(row).lastSeen;
      if (silent < GONE_MS) {
        throw new NodeRunsError(
          `the server of node ${number} was seen ${Math.round(silent / 1000)} s ago: stop it, and come again ${counted(GONE_MS / 60_000, 'minute')} later`,
        );
      }
      await inside.run('UPDATE nodes SET released = $1 WHERE number = $2', now, number);
      return true;
    });
  }

  async forget(number: number): Promise<boolean> {
    return (
      (await this.#statements.run('DELETE FROM nodes WHERE number = $1 AND released IS NOT NULL', number)) > 0
    );
  }
}

interface Claimed extends NodeRow {
  readonly run: string;
  readonly clashes: boolean;
}

function claimedOf(row: Row): Claimed {
  return {
    number: integer(row, 'number'),
    folder: text(row, 'folder'),
    run: text(row, 'run'),
    clashes: integer(row, 'clashes') === 1,
    given: integer(row, 'given'),
    lastSeen: integer(row, 'last_seen'),
    released: row.released === null ? null : integer(row, 'released'),
  };
}

/** Never one that was given back: entries bear it, and an import of an old log would give their ids again. */
function freeNumber(all: readonly Claimed[], old: boolean): number | null {
  const known = new Set(all.map(({ number }) => number));
  if (old && !known.has(NUMBER_OF_OLD)) return NUMBER_OF_OLD;
  for (let number = NUMBER_OF_OLD + 1; number < NODES_MAX; number += 1) {
    if (!known.has(number)) return number;
  }
  return null;
}

async function give(
  inside: Statements,
  { number, folder, run, clashes }: Pick<Claimed, 'number' | 'folder' | 'run' | 'clashes'>,
  now: number,
): Promise<void> {
  await inside.run(
    `INSERT INTO nodes (number, folder, run, clashes, given, last_seen) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (number) DO UPDATE SET folder = excluded.folder, run = excluded.run, clashes = excluded.clashes,
       given = excluded.given, last_seen = excluded.last_seen, released = NULL`,
    number,
    folder,
    run,
    clashes ? 1 : 0,
    now,
  );
}
