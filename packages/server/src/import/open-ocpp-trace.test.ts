import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { detect } from './detect.ts';
import { openOcppTrace } from './open-ocpp-trace.ts';
import { sampleOf } from './sample.ts';
import { chunksOf, fixture, readAll, rows } from './source-double.ts';

const REFERENCE = new URL('../../../../../shared/data/open-ocpp-trace/', import.meta.url);
const absent = existsSync(REFERENCE) ? false : 'the reference traces are not beside this clone';

test('records with and without raw', async () => {
  const read = await readAll(openOcppTrace, fixture('open-ocpp-trace.jsonl'));
  assert.deepEqual(rows(read), [
    [1, 'CP 1', '2026-01-31T12:00:00.000Z', 'station_to_csms', '[2,"m1","Heartbeat",{}]'],
    [
      2,
      'CP 1',
      '2026-01-31T12:00:00.200Z',
      'csms_to_station',
      '[3,"m1",{"currentTime" : "2026-01-31T12:00:00Z"}]',
    ],
    [3, 'CP 1', '2026-01-31T12:00:01.000Z', 'csms_to_station', '[2,"m2","Reset",{"type":"Soft"}]'],
    [4, 'CP 1', '2026-01-31T12:00:01.100Z', 'station_to_csms', '[4,"m2","InternalError","busy",{"n":1.0}]'],
    [5, 'SOAP is not read'],
  ]);
  assert.deepEqual(
    read.map((line) => line.kind === 'frame' && line.rebuilt),
    [false, true, true, true, false],
  );
});

test('what is read here is what the published schema describes', { skip: absent }, () => {
  const schema = JSON.parse(readFileSync(new URL('trace-v1.schema.json', REFERENCE), 'utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const lines = fixture('open-ocpp-trace.jsonl').toString().trim().split('\n');
  for (const line of [...lines, openOcppTrace.example]) {
    const record = JSON.parse(line);
    // The example leaves out what is not needed to read it.
    const whole = { transport: 'json', messageType: 'CALL', action: 'Heartbeat', ...record };
    assert.ok(validate(whole), JSON.stringify(validate.errors));
  }
});

test('the reference traces are read in every form without a loss', { skip: absent }, async () => {
  const read = async (content: string) => {
    const found = detect(sampleOf(Buffer.from(content)));
    assert.equal(typeof found === 'string' ? found : found.format.name, 'open-ocpp-trace');
    const batches = openOcppTrace.read(chunksOf(content, 4096), { timeZone: null, date: null });
    return (await Array.fromAsync(batches))
      .flat()
      .map((line) => line.kind === 'frame' && { ...line, line: 0 });
  };
  const folders = readdirSync(REFERENCE, { withFileTypes: true }).filter((each) => each.isDirectory());
  assert.equal(folders.length, 9);
  for (const { name } of folders) {
    const content = readFileSync(new URL(`${name}/trace.jsonl`, REFERENCE), 'utf8');
    const records = content.trim().split('\n');
    const byLine = await read(content);
    assert.deepEqual(
      byLine.map((frame) => frame !== false && frame.frame),
      records.map((record) => JSON.parse(record).raw),
    );
    assert.deepEqual(await read(`[${records.join(',')}]`), byLine);
    const pretty = JSON.stringify(
      records.map((record) => JSON.parse(record)),
      null,
      2,
    );
    assert.deepEqual(await read(pretty), byLine);
    assert.deepEqual(await read(`{"records":${pretty}}`), byLine);
  }
});
