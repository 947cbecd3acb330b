import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runFor } from '../terminal-double.ts';

let base = '';
before(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-lacking-'));
});
after(() => rmSync(base, { recursive: true }));

async function diagnosed(name: string, ...lines: readonly string[]) {
  const file = join(base, name);
  writeFileSync(file, lines.join('\n'));
  const { status, output, errors } = await runFor(['diagnose', file, '--data', join(base, 'none')]);
  return { status, output, first: output.split('\n')[0], errors };
}

const REFUSED = 'FAILED: The card was refused (Invalid, once); nobody charged.';
const CARD = '[2,"1","Authorize",{"idTag":"A"}]';
const INVALID = '[3,"1",{"idTagInfo":{"status":"Invalid"}}]';
const BEAT = '[2,"2","Heartbeat",{}]';
const TIME = '[3,"2",{"currentTime":"2026-01-31T11:00:01Z"}]';

test('a log without zone and station is read in the zone that its messages show', async () => {
  const lines = [CARD, INVALID, BEAT, TIME].map(
    (frame, at) => `2026-01-31 12:00:00,${at}00 ${at % 2 === 0 ? 'RECV' : 'SEND'} ${frame}`,
  );
  const { status, first, errors } = await diagnosed('zone.log', ...lines);
  assert.equal(first, `2026-01-31T11:00:00.000Z  unnamed  ${REFUSED}`);
  assert.match(errors, /zone\.log: it names no charging station: add --charger/);
  assert.match(errors, /zone\.log: its times bear no zone and are read as UTC\+01:00/);
  assert.equal(status, 0);
});

test('a log without times has those of its messages, one without any is told all the same', async () => {
  const timed = await diagnosed('plain.log', BEAT, TIME, CARD, INVALID);
  assert.equal(timed.first, `2026-01-31T11:00:01.000Z  unnamed  ${REFUSED}`);
  assert.match(timed.errors, /those in its messages are taken/);
  const none = await diagnosed('none.log', CARD, INVALID);
  assert.match(none.first ?? '', /The card was refused/);
  assert.match(none.errors, /spans of time are not told/);
});

test('a clock without a day has the day of its messages', async () => {
  const { first, errors } = await diagnosed(
    'clock.log',
    `12:00:00 ${BEAT}`,
    `12:00:01 ${TIME}`,
    `12:00:02 ${CARD}`,
    `12:00:03 ${INVALID}`,
  );
  assert.equal(first, `2026-01-31T11:00:02.000Z  unnamed  ${REFUSED}`);
  assert.match(errors, /no day or year; 2026-01-31 is the first in its messages/);
});

test('a pipe that lacks something is read again from its beginning', async () => {
  const { status, output } = await runFor(['diagnose', '-', '--data', join(base, 'none')], {
    input: `${CARD}\n${INVALID}\n`,
  });
  assert.match(output, /The card was refused/);
  assert.equal(status, 0);
});

test('what is asked for counts, and nothing is assumed beside it', async () => {
  const file = join(base, 'asked.log');
  writeFileSync(file, `2026-01-31 12:00:00 ${CARD}\n2026-01-31 12:00:01 ${INVALID}\n`);
  const { output, errors } = await runFor([
    ...['diagnose', file, '--data', join(base, 'none')],
    ...['--charger', 'CP_7', '--time-zone', 'Europe/Berlin'],
  ]);
  assert.match(output, /^2026-01-31T11:00:00\.000Z {2}CP_7 /);
  assert.equal(errors, '1 station, 1 session: authorisation-refused 1\n');
});

test('a file of which no message can be read says so', async () => {
  const { status, errors } = await diagnosed('answers.log', '2026-01-31T12:00:00Z CP_1 [3,"1",{}]');
  assert.match(errors, /answers\.log: taken for timed-frames, and no message could be read: .* \(line 1\)/);
  assert.equal(status, 1);
});

test('of messages that are cut off it is told how many, and no answer is missed for them', async () => {
  const at = (second: number) => `2026-01-31T12:00:${String(second).padStart(2, '0')}Z CP_1`;
  const { output, errors } = await diagnosed(
    'cut.log',
    `${at(0)} SEND [2,"1","GetConfiguration",{}]`,
    `${at(1)} RECV [3,"1",{"configurationKey":[{"key":"MeterValueSampl>`,
    `${at(2)} RECV [2,"1","BootNotification",{"chargePointVendor":"V","chargePo>`,
    `${at(3)} SEND [3,"1",{"status":"Accepted","currentTime":"2026-01-31T12:00:03Z","interval":60}]`,
    `${at(4)} SEND [2,"2","Reset",{"type":"Soft"}]`,
    `${at(5)} RECV [3,"2",{"status":"Accepted"}]`,
    '2026-01-31T12:05:00Z CP_1 RECV [2,"2","Heartbeat",{}]',
    '2026-01-31T12:05:01Z CP_1 SEND [3,"2",{"currentTime":"2026-01-31T12:05:01Z"}]',
  );
  assert.equal(output, '');
  assert.match(errors, /cut\.log: 2 messages could not be read \(not JSON; the first in line 2\)/);
});
