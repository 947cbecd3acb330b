import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptOut } from './kept-out.ts';
import { recordingRig } from './recording-rig.ts';

test('of so many transactions that are left out the connector is remembered, the one told longest ago is forgotten', () => {
  const keptOut = new KeptOut();
  const placeOf = (n: number) => keptOut.placeOf('depot', 'CP1', `T${n}`, 10, null)?.connector ?? null;
  for (let n = 0; n <= 10_000; n += 1) {
    const fact = { transaction: `T${n}`, connector: 2, evseConnector: null, start: 1 };
    keptOut.rememberTransaction('depot', 'CP1', fact);
  }
  assert.deepEqual([placeOf(0), placeOf(1), placeOf(10_000)], [null, 2, 2]);
});

test('of a transaction with a longer name than that it is not remembered where it runs', async (t) => {
  const rig = await recordingRig(t);
  rig.open(1, { subprotocol: 'ocpp2.0.1' });
  const event = (id: string, name: string, more: object) =>
    rig.station(
      JSON.stringify([2, id, 'TransactionEvent', { transactionInfo: { transactionId: name }, ...more }]),
    );
  for (const length of [255, 256]) {
    const name = 'T'.repeat(length);
    event(`started-${length}`, name, { eventType: 'Started', evse: { id: 2, connectorId: 1 } });
    event(`updated-${length}`, name, { eventType: 'Updated' });
  }
  await rig.handOver();
  const connectors = new Map(rig.entries().map(({ messageId, fields }) => [messageId, fields.connector_id]));
  assert.deepEqual([connectors.get('updated-255'), connectors.get('updated-256') ?? null], [2, null]);
});
