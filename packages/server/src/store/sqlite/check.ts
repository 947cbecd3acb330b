/** Integrity of a data folder's logs, without changing anything: for the command line and the tests. */

import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { counted } from '@ocpp-logs/core';
import { PARTS, readBlock } from './block-parts.ts';
import { kindOf, outcomeOf } from './codes.ts';
import { type FileRow, IndexFile } from './index-file.ts';
import { fileNumber, indexPath, logsFolder, NO_CONNECTOR, sitePath } from './layout.ts';
import { HOURS_PER_DAY, hoursOf, PLACES_PER_DAY, PLACES_PER_HOUR } from './month.ts';
import { RecordText } from './record.ts';
import { readMeta } from './site-file.ts';
import { Connection, messageOf, type NumberRow } from './sql.ts';

const BUSY_MS = 5000;
/** Of one kind of problem in one file so many are told. */
const TOLD_MAX = 10;

/**
 * Problems, a line each; none for a sound folder. Works beside a running server. With `only`, of site files those with
 * these numbers are opened.
 */
export function check(folder: string, only: ReadonlySet<number> | null = null): readonly string[] {
  if (!existsSync(logsFolder(folder))) return [];
  if (!existsSync(indexPath(folder))) {
    return readdirSync(logsFolder(folder)).length === 0 ? [] : ['logs/index.db is missing'];
  }
  const problems: string[] = [];
  let rows: readonly FileRow[];
  try {
    const index = new IndexFile(indexPath(folder), { readOnly: true, busy: BUSY_MS });
    try {
      problems.push(...integrity(index.db).map((problem) => `logs/index.db: ${problem}`));
      rows = index.all();
    } finally {
      index.close();
    }
  } catch (error) {
    return [`logs/index.db: ${messageOf(error)}`];
  }
  const listed = new Set(rows.map(({ number }) => number));
  for (const name of readdirSync(logsFolder(folder))) {
    const number = fileNumber(name);
    if (number !== null && !listed.has(number)) problems.push(`logs/${name}: not in the index`);
  }
  for (const row of rows) {
    if (only?.has(row.number) === false) continue;
    const name = `logs/${basename(sitePath(folder, row.number))}`;
    problems.push(...checkFile(folder, row).map((problem) => `${name} (site ${row.site}): ${problem}`));
  }
  return problems;
}

function checkFile(folder: string, row: FileRow): string[] {
  const path = sitePath(folder, row.number);
  if (!existsSync(path)) return ['missing'];
  try {
    const db = new Connection(path, { readOnly: true, busy: BUSY_MS });
    try {
      db.exec('BEGIN');
      const meta = readMeta(db);
      const damaged = integrity(db);
      if (damaged.length > 0) return damaged;
      const place = meta.site === row.site && meta.month === row.month ? [] : ['is of another site or month'];
      return [...place, ...range(db, row), ...rollUps(db), ...texts(db)];
    } finally {
      db.close();
    }
  } catch (error) {
    return [messageOf(error)];
  }
}

function integrity(db: Connection): string[] {
  const lines = db.rows('PRAGMA integrity_check').map(([line]) => String(line));
  return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
}

function range(db: Connection, { month }: FileRow): string[] {
  const outside = db.number(
    'SELECT count(*) FROM entry WHERE id < 0 OR id >= ?',
    hoursOf(month) * PLACES_PER_HOUR,
  );
  return outside === 0 ? [] : [`${counted(outside, 'entry is', 'entries are')} of another month`];
}

const byAction = (places: number) => `SELECT id / ${places}, kind, action, outcome, trait, count(*) FROM entry
  GROUP BY 1, 2, 3, 4, 5`;
const byCharger = (places: number) =>
  `SELECT charger, id / ${places}, ifnull(connector, '${NO_CONNECTOR}'), kind, action, outcome, trait, count(*)
  FROM entry GROUP BY 1, 2, 3, 4, 5, 6, 7`;
const ROLL_UPS = [
  ['hour_action', byAction(PLACES_PER_HOUR)],
  ['hour_charger', byCharger(PLACES_PER_HOUR)],
  ['day_action', byAction(PLACES_PER_DAY)],
  ['day_charger', byCharger(PLACES_PER_DAY)],
] as const;

function rollUps(db: Connection): string[] {
  const problems: string[] = [];
  for (const [table, recount] of ROLL_UPS) {
    for (const [a, b, what] of [
      [`SELECT * FROM ${table}`, recount, 'counts what is not there'],
      [recount, `SELECT * FROM ${table}`, 'misses what is there'],
    ] as const) {
      const rows = db.rows(`SELECT * FROM (${a}) EXCEPT SELECT * FROM (${b}) LIMIT ${TOLD_MAX}`);
      for (const row of rows) problems.push(`${table} ${what}: ${row.join(' ')}`);
    }
  }
  return problems;
}

function texts(db: Connection): string[] {
  return [
    ...several(
      db,
      'SELECT id FROM entry WHERE block IS NULL AND id NOT IN (SELECT id FROM open_text)',
      'no text',
    ),
    ...several(
      db,
      'SELECT id FROM entry WHERE block IS NOT NULL AND block NOT IN (SELECT number FROM block)',
      'no block',
    ),
    ...several(
      db,
      'SELECT id FROM open_text WHERE id NOT IN (SELECT id FROM entry WHERE block IS NULL)',
      'an open text too many',
    ),
    ...several(
      db,
      'SELECT id FROM amendment WHERE id NOT IN (SELECT id FROM entry WHERE block IS NOT NULL)',
      'an amendment too many',
    ),
    ...several(
      db,
      'SELECT number FROM block WHERE number NOT IN (SELECT block FROM entry WHERE block NOT NULL)',
      'no entries',
    ),
    ...several(
      db,
      `SELECT id FROM block_part WHERE id / ${PARTS} NOT IN (SELECT number FROM block)`,
      'a part of no block',
    ),
    ...records(db),
    ...blocks(db),
  ];
}

function several(db: Connection, sql: string, what: string): string[] {
  return db.numbers(`${sql} LIMIT ${TOLD_MAX}`).map(([id]) => `${id}: ${what}`);
}

function records(db: Connection): string[] {
  const problems: string[] = [];
  for (const table of ['open_text', 'amendment']) {
    for (const [id = 0] of db.numbers(`SELECT id FROM ${table}`)) {
      const record = db.blob(`SELECT record FROM ${table} WHERE id = ?`, id);
      const problem = record === null ? 'no record' : unreadable(record, 0, record.length);
      if (problem !== null) problems.push(`${table} ${id}: ${problem}`);
    }
  }
  return problems.slice(0, TOLD_MAX);
}

/** Blocks and what the entries say of them: hours of first and last, highest slot, slots. Blocks of no entries apart. */
const BLOCKS = `SELECT b.number, b.hour, b.last_hour, e.hour, e.last_hour, e.highest, e.slots, e.entries
  FROM block b JOIN (
    SELECT block, min(id) / ${PLACES_PER_HOUR} AS hour, max(id) / ${PLACES_PER_HOUR} AS last_hour,
      max(slot) AS highest, count(DISTINCT slot) AS slots, count(*) AS entries
    FROM entry WHERE block IS NOT NULL GROUP BY block
  ) e ON e.block = b.number`;

function blocks(db: Connection): string[] {
  const problems: string[] = [];
  for (const [number = 0, ...columns] of db.numbers(BLOCKS)) {
    const problem = placeProblem(columns) ?? blockProblem(db, number, columns);
    if (problem !== null) problems.push(`block ${number}: ${problem}`);
    if (problems.length >= TOLD_MAX) break;
  }
  return problems;
}

function placeProblem([hour = 0, lastHour = 0, first = 0, last = 0]: NumberRow): string | null {
  if (Math.floor(hour / HOURS_PER_DAY) !== Math.floor(lastHour / HOURS_PER_DAY)) return 'crosses a day';
  return first < hour || last > lastHour ? 'its entries are of other hours' : null;
}

function blockProblem(
  db: Connection,
  number: number,
  [, , , , highest = 0, slots = 0, entries = 0]: NumberRow,
): string | null {
  try {
    const block = readBlock(db, number);
    let filled = 0;
    for (let slot = 0; slot < block.records; slot++) {
      // Retention leaves the slots of what it removed empty.
      if (block.start(slot) === block.end(slot)) continue;
      filled += 1;
      const problem = unreadable(block.bytes, block.start(slot), block.end(slot));
      if (problem !== null) return problem;
    }
    if (highest >= block.records || slots > filled) return 'an entry of no slot';
    return slots < entries ? 'entries of one slot' : null;
  } catch (error) {
    return messageOf(error);
  }
}

const NO_ROW = { id: 0n, kind: kindOf(0), charger: '', action: null, outcome: outcomeOf(0) };

function unreadable(bytes: Buffer, start: number, end: number): string | null {
  try {
    return new RecordText(NO_ROW, bytes, start, end).head.startsWith('[') ? null : 'a record without a head';
  } catch (error) {
    return messageOf(error);
  }
}
