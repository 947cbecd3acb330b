import { ORDINAL_BITS } from '@ocpp-logs/core';
import { ORDINALS_PER_NODE } from '../node-number.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** Of the number of a node, as it is part of an id. */
export function ofNode(number: number, bound: Parameters): string {
  return `intDiv(bitAnd(id, ${2n ** ORDINAL_BITS - 1n}), ${ORDINALS_PER_NODE}) = ${bound.integer(number)}`;
}

/** Whether any entry of the database bears the number. All ids are looked at, unless one is found. */
export async function bearsNumber(connection: Connection, number: number): Promise<boolean> {
  const bound = new Parameters();
  const [found = 0] = await connection.rows(
    `SELECT toUInt64(count()) FROM (SELECT 1 FROM ${connection.database}.entry WHERE ${ofNode(number, bound)} LIMIT 1)`,
    bound,
    (row) => row.number(),
  );
  return found > 0;
}
