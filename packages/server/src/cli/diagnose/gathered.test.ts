import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering } from './gathered.ts';

const row = (line: number, frame: string) =>
  JSON.stringify({
    charger_id: 'CP_1',
    occurrence_time: '2026-01-05T10:00:00.000Z',
    direction: frame.startsWith('[2') ? 'station_to_csms' : 'csms_to_station',
    frame,
    file: 'a.log',
    line,
  });

const gathering = (entriesMax: number) =>
  new Gathering({ timeoutMs: 60_000, redact: [], report: () => undefined, entriesMax });

const body = (...rows: readonly string[]) => Buffer.from(rows.join('\n'));

const LOG = body(
  row(1, '[2,"1","Authorize",{"idTag":"A"}]'),
  row(3, '[2,"2","Heartbeat",{}]'),
  row(4, '[3,"1",{"idTagInfo":{"status":"Accepted"}}]'),
  row(5, '[3,"2",{"currentTime":"2026-01-05T10:00:00Z"}]'),
);

test('entries have the line of their call, in the order of the log where they bear one time', async () => {
  const gathered = gathering(10);
  await gathered.ingest(LOG, true);
  const [station] = gathered.stations();
  assert.deepEqual(
    station?.entries.map(({ id, action, outcome }) => [action, outcome, station.lineOf(id)?.line]),
    [
      ['Authorize', 'answered', 1],
      ['Heartbeat', 'answered', 3],
    ],
  );
  assert.deepEqual(station?.entries[0]?.answer, { idTagInfo: { status: 'Accepted' } });
});

test('a log of more entries than are held is refused, with what to do', async () => {
  await assert.rejects(gathering(2).ingest(LOG, true), /more than 2 entries: import it/);
});

test('an answer to no call has the line on which it stands', async () => {
  const gathered = gathering(10);
  await gathered.ingest(body(row(2, '[3,"9",{}]'), row(3, '[2,"1","Heartbeat",{}]')), true);
  const [station] = gathered.stations();
  const lines = station?.entries.map(({ id, kind }) => `${station.lineOf(id)?.line} ${kind}`);
  assert.deepEqual(lines?.toSorted(), ['2 orphan', '3 exchange']);
});
