import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runFor } from '../terminal-double.ts';

const ocmf = (register: string) =>
  `OCMF|{"FV":"1.0","GI":"Säule \\"A\\" & <B>","RD":[{"RV": ${register},"RU":"kWh"}]}|{"SD":"3045"}`;
const [BEGIN, END] = [ocmf('1.500'), ocmf('13.80')];
const KEY = '3059301306072A8648CE3D020106082A8648CE3D03010703420004AABB';

const at = (minute: number) => `2026-01-05T11:${String(minute).padStart(2, '0')}:00.000Z`;
const signed = (text: string, context: string) => ({
  timestamp: at(41),
  sampledValue: [{ value: text, format: 'SignedData', context }],
});
const frames: readonly (readonly [minute: number, way: string, frame: unknown])[] = [
  [0, 'SEND', [2, 'c', 'GetConfiguration', { key: ['MeterPublicKey1'] }]],
  [0, 'RECV', [3, 'c', { configurationKey: [{ key: 'MeterPublicKey1', readonly: true, value: KEY }] }]],
  [
    1,
    'RECV',
    [2, '1', 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 1500, timestamp: at(1) }],
  ],
  [1, 'SEND', [3, '1', { transactionId: 7, idTagInfo: { status: 'Accepted' } }]],
  [
    41,
    'RECV',
    [
      2,
      '2',
      'StopTransaction',
      {
        transactionId: 7,
        meterStop: 13800,
        timestamp: at(41),
        transactionData: [signed(BEGIN, 'Transaction.Begin'), signed(END, 'Transaction.End')],
      },
    ],
  ],
  [41, 'SEND', [3, '2', {}]],
];

let base = '';
let log = '';
before(() => {
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-signed-'));
  log = join(base, 'station.log');
  writeFileSync(
    log,
    frames.map(([minute, way, frame]) => `${at(minute)} ${way} ${JSON.stringify(frame)}`).join('\n'),
  );
});
after(() => rmSync(base, { recursive: true }));

const take = (...args: readonly string[]) => runFor(['signed', ...args]);
const ofFile = (...args: readonly string[]) =>
  take(log, '--charger', 'CP_1', '--data', join(base, 'none'), ...args);

test('of a file: a list, one of them byte for byte, and the file of transparency software', async () => {
  const { status, output } = await ofFile();
  assert.equal(status, 0);
  assert.match(output, /^ *N +TIME.*\n *1 +2026-01-05T11:41.*CP_1 +7 +Transaction\.Begin +OCMF +plain +told/);
  assert.equal((await ofFile('--value', '1')).output, BEGIN);
  assert.equal((await ofFile('--value', '2')).output, END);
  const xml = (await ofFile('--xml')).output;
  assert.match(
    xml,
    /^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\n<values>\n {2}<value transactionId="1" context="Transaction\.Begin">\n {4}<signedData format="OCMF" encoding="plain">OCMF\|/,
  );
  assert.equal(xml.split(`<publicKey encoding="hex">${KEY}</publicKey>`).length, 3);
  const missing = await ofFile('--value', '3');
  assert.deepEqual([missing.status, missing.output], [1, '']);
  assert.equal((await ofFile('--value', '1', '--xml')).status, 2);
});

test('a range, a transaction and a station choose', async () => {
  assert.match((await ofFile('--from', '2026-01-05T12:00:00Z')).errors, /no signed meter values/);
  assert.equal((await ofFile('--transaction', '8')).output, '');
  assert.equal((await ofFile('--station', 'CP_2')).output, '');
  assert.equal((await ofFile('--transaction', '7', '--value', '2')).output, END);
});

test('of a site: what was imported comes out as it was, by range and by session', async () => {
  const data = join(base, 'data');
  const imported = await runFor(['import', log, '--charger', 'CP_1', '--site', 'depot', '--data', data]);
  assert.equal(imported.status, 0, imported.errors);
  const range = ['--from', '2026-01-05', '--to', '2026-01-06'];
  assert.equal((await take('--data', data, ...range, '--value', '2')).output, END);
  const diagnosed = await runFor(['diagnose', '--data', data, '--json', ...range]);
  // Safe: `diagnose` printed it.
  const { id } = JSON.parse(diagnosed.output.split('\n')[0] ?? '') as { readonly id: string };
  const session = await take('--data', data, '--session', `${id}.depot`, '--json');
  const rows = session.output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    rows.map(({ text, encoding, format, context, transaction_id, public_key }) => [
      text,
      encoding,
      format,
      context,
      transaction_id,
      public_key?.text,
    ]),
    [
      [BEGIN, 'plain', 'OCMF', 'Transaction.Begin', '7', KEY],
      [END, 'plain', 'OCMF', 'Transaction.End', '7', KEY],
    ],
  );
  assert.equal((await take('--data', data, '--session', '1.depot')).status, 1);
  assert.equal((await take('--data', data, '--session', 'x')).status, 2);
});
