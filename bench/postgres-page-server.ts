/**
 * Run as a process of its own: serves the same answers from PostgreSQL as the API serves from its store. The fields are
 * extracted by the same functions and written by the same writer, so that a client gets the same bytes.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EntryJsonWriter, encodeFields, firstIdAt, ORDINAL_BITS } from '@ocpp-logs/core';
import { Pool } from 'pg';
import { endWithParent, tellParent } from './child.ts';
import { entryOf } from './seed-entry.ts';

const [socket = '', user = '', table = ''] = process.argv.slice(2);
const ORDINALS = (1n << ORDINAL_BITS) - 1n;
/** Page and count are asked for at the same time: the kinder way. */
const pool = new Pool({ host: socket, user, database: 'postgres', max: 2 });

/** Everything as its text: jsonb is not parsed by the client. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };
const TIMES = `"siteId" = $1 AND "timestamp" >= $2 AND "timestamp" < $3`;
const SELECTED = `id, "stationId", "connectionId", "correlationId", origin, protocol, action, request, response, connector,
  floor(extract(epoch FROM "timestamp") * 1000)::bigint`;

type Values = (string | number | readonly string[])[];

async function rows(text: string, values: Values): Promise<(string | null)[][]> {
  const result = await pool.query<(string | null)[]>({ text, values, types: AS_TEXT, rowMode: 'array' });
  return result.rows;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const ask = (name: string) => url.searchParams.get(name);
  const site = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const values: Values = [site, ask('from') ?? '', ask('to') ?? ''];
  let where = TIMES;
  const actions = ask('actions');
  if (actions !== null) {
    values.push(actions.split(','));
    where += ' AND action = ANY($4)';
  }
  const counted =
    ask('count') === 'false' ? null : rows(`SELECT count(*) FROM ${table} WHERE ${where}`, values);
  const cursor = ask('cursor')?.split('.') ?? [];
  const [cursorTime, cursorId] = cursor;
  const pageValues = [...values];
  let pageWhere = where;
  if (cursorTime !== undefined && cursorId !== undefined) {
    pageValues.push(new Date(Number(cursorTime)).toISOString(), cursorId);
    pageWhere += ` AND ("timestamp", id) < ($${pageValues.length - 1}::timestamptz, $${pageValues.length}::bigint)`;
  }
  const take = Number(ask('take') ?? 100);
  const skip = Number(ask('skip') ?? 0);
  const [page, count] = await Promise.all([
    rows(
      `SELECT ${SELECTED} FROM ${table} WHERE ${pageWhere} ORDER BY "timestamp" DESC, id DESC LIMIT ${take} OFFSET ${skip}`,
      pageValues,
    ),
    counted,
  ]);
  const body = write(site, page);
  const head = Buffer.from('{"ocpp_logs":[');
  const tail = Buffer.from(count === null ? ']}' : `],"count":${count[0]?.[0]}}`);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': head.length + body.length + tail.length,
    'x-cursor': lastOf(page),
  });
  response.write(head);
  response.write(body);
  response.end(tail);
}

function lastOf(page: readonly (readonly (string | null)[])[]): string {
  const last = page.at(-1);
  return last === undefined ? '' : `${last[10]}.${last[0]}`;
}

function write(site: string, page: readonly (readonly (string | null)[])[]): Uint8Array {
  const writer = new EntryJsonWriter(site, { siteName: site, exchange: false, raw: false });
  for (const row of page) {
    const [id, charger, connection, correlation, origin, protocol, action, call, reply, connector, at] = row;
    const entry = entryOf({
      at: Number(at),
      site,
      charger: charger ?? '',
      connection: connection ?? '',
      version: protocol === '1.6' ? '1.6' : '2.0.1',
      direction: origin === 'cs' ? 'station_to_csms' : 'csms_to_station',
      id: correlation ?? '',
      action: action ?? '',
      call: call ?? '',
      answer: reply ?? null,
      error: false,
      latency: 0,
      connector: connector == null ? null : Number(connector),
      transaction: null,
    });
    writer.item({
      // The row's id stands for the ordinal; beyond 21 bits it would run into the milliseconds.
      id: firstIdAt(entry.at) + (BigInt(id ?? 0) & ORDINALS),
      kind: entry.kind,
      charger: entry.charger,
      action: entry.action,
      outcome: entry.outcome,
      fields: encodeFields(entry.fields),
      // Only asked for with `include=exchange`.
      head: '',
      request: entry.request?.bytes ?? null,
      answer: null,
      rejection: null,
      payloadStart: entry.request?.payload?.start ?? -1,
      payloadEnd: entry.request?.payload?.end ?? -1,
    });
  }
  return writer.take();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  tellParent({ listening: `http://127.0.0.1:${address.port}` });
});
endWithParent();
