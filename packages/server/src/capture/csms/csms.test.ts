import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ControlDatabase } from '../../store/control/database.ts';
import { ask, CSMS_NOW, closeOf, connect, startCsms, upgradeByHand } from './csms-double.ts';
import { sampleRequest, stationActions } from './official-schemas.ts';

interface StrictStation {
  readonly protocol: string;
  connect(): Promise<unknown>;
  call(action: string, payload: unknown): Promise<Record<string, unknown>>;
  close(): Promise<unknown>;
}

const require = createRequire(import.meta.url);
// The package's types ask for every option, those with a default too.
const { RPCClient, createValidator } = require('ocpp-rpc') as {
  readonly RPCClient: new (options: object) => StrictStation;
  readonly createValidator: (subprotocol: string, schemas: unknown) => unknown;
};

/** The package looks for the schemas of 2.1 under names that they do not have. */
function validator21(): unknown {
  const text = JSON.stringify(require('ocpp-rpc/lib/schemas/ocpp2_1.json'));
  return createValidator(
    'ocpp2.1',
    JSON.parse(
      text.replace(/("\$id":"urn:\w+?)(Request|Response)"/g, (_, id, ending) => {
        return `${id}.${ending === 'Request' ? 'req' : 'conf'}"`;
      }),
      // It would warn of each: an enumeration of strings has no properties.
      (_, value) => {
        if (value?.enum !== undefined) delete value.additionalProperties;
        return value;
      },
    ),
  );
}

async function strictStation(t: TestContext, url: string, subprotocol: string): Promise<StrictStation> {
  const station = new RPCClient({
    endpoint: `${url}/ocpp/depot`,
    identity: 'CP 1:a',
    protocols: [subprotocol],
    strictMode: true,
    strictModeValidators: subprotocol === 'ocpp2.1' ? [validator21()] : [],
    reconnect: false,
  });
  await station.connect();
  t.after(() => station.close());
  return station;
}

const NOW = CSMS_NOW;
const VALUES = [{ timestamp: NOW, sampledValue: [{ value: '10' }] }];
const ID_TOKEN = { idToken: 'A', type: 'ISO14443' };

function database(t: TestContext): ControlDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'csms-'));
  const opened = new ControlDatabase(folder);
  t.after(() => {
    opened.close();
    rmSync(folder, { recursive: true });
  });
  return opened;
}

test('a strict station of OCPP 1.6 charges', async (t) => {
  const control = database(t);
  const { url, sink } = await startCsms(t, {
    transactionNumber: async (start) => control.transactionNumber(start, 0),
  });
  const station = await strictStation(t, url, 'ocpp1.6');
  assert.equal(station.protocol, 'ocpp1.6');
  const boot = { chargePointVendor: 'Brindlewatt', chargePointModel: 'Wall 7' };
  assert.deepEqual(await station.call('BootNotification', boot), {
    status: 'Accepted',
    currentTime: NOW,
    interval: 300,
  });
  assert.deepEqual(await station.call('Heartbeat', {}), { currentTime: NOW });
  assert.deepEqual(await station.call('Authorize', { idTag: 'A' }), { idTagInfo: { status: 'Accepted' } });
  const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: NOW };
  const { transactionId } = await station.call('StartTransaction', start);
  assert.ok(Number.isInteger(transactionId) && Number(transactionId) > 0);
  assert.deepEqual(
    await station.call('MeterValues', { connectorId: 1, transactionId, meterValue: VALUES }),
    {},
  );
  const stop = { transactionId, meterStop: 10, timestamp: NOW, idTag: 'A' };
  assert.deepEqual(await station.call('StopTransaction', stop), { idTagInfo: { status: 'Accepted' } });
  const transfer = await station.call('DataTransfer', { vendorId: 'Brindlewatt' });
  assert.deepEqual(transfer, { status: 'UnknownVendorId' });
  assert.deepEqual(sink.at(0).opened, {
    site: 'depot',
    charger: 'CP 1:a',
    subprotocol: 'ocpp1.6',
    remoteAddress: '127.0.0.1',
    mode: 'csms',
  });
  assert.equal(sink.at(0).frames.length, 14);
});

for (const version of ['2.0.1', '2.1'] as const) {
  test(`a strict station of OCPP ${version} charges`, async (t) => {
    const { url } = await startCsms(t);
    const station = await strictStation(t, url, `ocpp${version}`);
    assert.equal(station.protocol, `ocpp${version}`);
    const boot = { reason: 'PowerUp', chargingStation: { model: 'Duet', vendorName: 'Ohmsgate' } };
    assert.equal((await station.call('BootNotification', boot)).status, 'Accepted');
    assert.deepEqual(await station.call('Authorize', { idToken: ID_TOKEN }), {
      idTokenInfo: { status: 'Accepted' },
    });
    const event = { timestamp: NOW, seqNo: 0, transactionInfo: { transactionId: 't1' } };
    const started = { ...event, eventType: 'Started', triggerReason: 'Authorized', idToken: ID_TOKEN };
    assert.deepEqual(await station.call('TransactionEvent', started), {
      idTokenInfo: { status: 'Accepted' },
    });
    const meterValue = [{ timestamp: NOW, sampledValue: [{ value: 10 }] }];
    assert.deepEqual(await station.call('MeterValues', { evseId: 1, meterValue }), {});
    const ended = { ...event, eventType: 'Ended', triggerReason: 'EVDeparted', seqNo: 1 };
    assert.deepEqual(await station.call('TransactionEvent', ended), {});
    const transfer = await station.call('DataTransfer', { vendorId: 'Ohmsgate' });
    assert.deepEqual(transfer, { status: 'UnknownVendorId' });
  });

  test(`a strict station of OCPP ${version} takes the answer to every call it can make`, async (t) => {
    const { url } = await startCsms(t);
    const station = await strictStation(t, url, `ocpp${version}`);
    for (const action of stationActions(version)) {
      if (action === 'NotifyPeriodicEventStream') continue; // Sent, never called.
      await station.call(action, sampleRequest(version, action, false));
    }
  });
}

test('the same StartTransaction gets the same number, any other a new one', async (t) => {
  const control = database(t);
  const { url } = await startCsms(t, {
    transactionNumber: async (start) => control.transactionNumber(start, 0),
  });
  const station = await connect(`${url}/ocpp/depot/a`);
  const start = (id: string, timestamp: string) =>
    JSON.stringify([2, id, 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp }]);
  const numberOf = (text: string): number => JSON.parse(text)[2].transactionId;
  const first = numberOf(await ask(station, start('1', NOW)));
  assert.equal(numberOf(await ask(station, start('1', NOW))), first);
  const later = numberOf(await ask(station, start('1', '2025-03-01T12:00:01Z')));
  assert.notEqual(later, first);
  const again = await connect(`${url}/ocpp/depot/a`);
  assert.equal(numberOf(await ask(again, start('1', NOW))), first);
});

test('a second connection of a charger closes the first, and no other one', async (t) => {
  const { url, sink, csms } = await startCsms(t);
  const first = await connect(`${url}/ocpp/depot/a`);
  const other = await connect(`${url}/ocpp/depot/b`);
  const elsewhere = await connect(`${url}/ocpp/yard/a`);
  const firstClosed = closeOf(first);
  const second = await connect(`${url}/ocpp/depot/a`);
  assert.deepEqual(await firstClosed, { code: 1000, reason: 'the charger has connected again' });
  await sink.until(() => sink.at(0).closing !== null);
  assert.deepEqual(sink.at(0).closing, {
    event: 'closed',
    ended_by: 'csms',
    how: 'close_frame',
    close_code: 1000,
    reason: 'the charger has connected again',
  });
  for (const station of [other, elsewhere, second]) {
    assert.match(await ask(station, '[2,"1","Heartbeat",{}]'), /^\[3,"1"/);
  }
  assert.equal(csms.connections, 3);
  const secondClosed = closeOf(second);
  await connect(`${url}/ocpp/depot/a`);
  assert.equal((await secondClosed).code, 1000);
});

test('the first subprotocol offered that is known is taken', async (t) => {
  const { url, sink } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`, ['ocpp1.5', 'ocpp2.0.1', 'ocpp1.6']);
  assert.equal(station.protocol, 'ocpp2.0.1');
  assert.equal(sink.at(0).opened.subprotocol, 'ocpp2.0.1');
  assert.match(await ask(station, '[2,"1","StartTransaction",{}]'), /"NotImplemented"/);
});

test('a station that offers no subprotocol speaks 1.6', async (t) => {
  const { url, sink } = await startCsms(t);
  const station = await connect(`${url}/ocpp/depot/a`, []);
  assert.equal(station.protocol, '');
  assert.equal(sink.at(0).opened.subprotocol, null);
  assert.match(await ask(station, '[2,"1","Authorize",{"idTag":"A"}]'), /idTagInfo/);
});

test('where no subprotocol is known the handshake ends without one and the connection is closed', async (t) => {
  const { url, sink, csms } = await startCsms(t);
  const { status, socket } = await upgradeByHand(`${url}/ocpp/depot/a`, {
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'ocpp1.5, ocpp3',
  });
  assert.equal(status, 101);
  const frame = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  assert.deepEqual([frame[0], frame.readUInt16BE(2)], [0x88, 1002]);
  socket.destroy();
  assert.equal(csms.connections, 0);
  assert.deepEqual(sink.connections, []);
  assert.deepEqual(sink.refusals, [
    {
      site: 'depot',
      charger: 'a',
      remoteAddress: '127.0.0.1',
      status: 101,
      reason: 'closed with 1002: none of the offered subprotocols is known (ocpp1.5, ocpp3)',
    },
  ]);
});

test('a handshake that is none is refused and recorded', async (t) => {
  const { url, sink } = await startCsms(t);
  const { status, body } = await upgradeByHand(`${url}/ocpp/depot/a`, { 'Sec-WebSocket-Key': 'short' });
  assert.equal(status, 400);
  assert.equal(body, 'Missing or invalid Sec-WebSocket-Key header\n');
  assert.deepEqual(
    sink.refusals.map(({ status: code, reason }) => [code, reason]),
    [[400, 'Missing or invalid Sec-WebSocket-Key header']],
  );
});
