import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mobilityhouseOcpp } from './mobilityhouse-ocpp.ts';
import { fixture, readAll, rows } from './source-double.ts';

test('ids behind what loggers write, URLs with colons and blanks among them', async () => {
  const read = await readAll(mobilityhouseOcpp, fixture('mobilityhouse-ocpp.txt'), {
    timeZone: 'Europe/Berlin',
    date: '2026-01-31',
  });
  assert.deepEqual(rows(read), [
    [1, 'another message of the log'],
    [2, 'another message of the log'],
    [
      3,
      'CP_1',
      null,
      'received',
      '[2,"531","BootNotification",{"chargePointVendor":"Vend","chargePointModel":"One [AC]"}]',
    ],
    [
      4,
      'CP_1',
      null,
      'sent',
      '[3,"531",{"currentTime":"2026-01-31T12:00:00Z","interval":300,"status":"Accepted"}]',
    ],
    [5, 'wss://csms.example:9000/ocpp/CP 2', null, 'received', '[2, "a-1", "Heartbeat", {}]'],
    [
      6,
      'wss://csms.example:9000/ocpp/CP 2',
      null,
      'sent',
      '[3,"a-1",{"currentTime":"2026-01-31T12:00:01Z"}]',
    ],
    [7, 'another message of the log'],
    [8, 'another message of the log'],
    [9, 'no message of the library'],
    [10, '45215306', '2026-01-31T11:00:05.273Z', 'sent', '[2,"9","Reset",{"type":"Soft"}]'],
    [11, 'VIRTUAL-001', '2026-01-31T12:00:06-05:00', 'received', '[3,"9",{"status":"Accepted"}]'],
  ]);
});

test('what stands before a logger and is known to nobody is no part of the id; a time in it is taken', async () => {
  const line = 'INFO:ocpp:CP 1: receive message [2,"1","Heartbeat",{}]';
  const before = [
    ['2026-01-31 12:00:00 ', '2026-01-31T11:00:00Z'],
    ['2026-01-31T12:00:00.123Z\t', '2026-01-31T12:00:00.123Z'],
    ['Sat 2026-01-31 12:00:00 CET gw python3[1]: ', '2026-01-31T11:00:00Z'],
    ['[12345.678901] gw python3[1]: ', null],
    ['gw | ', null],
    ['12:', null],
    ['a.log:12:', null],
  ] as const;
  for (const [prefix, time] of before) {
    const read = await readAll(mobilityhouseOcpp, `${prefix}${line}\n`, { timeZone: 'Europe/Berlin' });
    assert.deepEqual(rows(read), [[1, 'CP 1', time, 'received', '[2,"1","Heartbeat",{}]']]);
  }
});

test('a frame within a text of JSON, and what names the protocol where an id would stand, are none of its lines', async () => {
  const read = async (line: string) => rows(await readAll(mobilityhouseOcpp, `${line}\n`));
  const json = '{"message":"CP_1: send [3,\\"1\\",{}]"}';
  assert.deepEqual(await read(json), [[1, 'no message of the library']]);
  assert.deepEqual(await read('x OCPP: send [3,"1",{}]'), [[1, 'no message of the library']]);
  assert.equal((await read('x CP_1: send [3,"1",{}]'))[0]?.[1], 'CP_1');
});
