import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { transactionFact, transactionIn } from './context.ts';

const TIME = '2026-01-05T14:58:38Z';
const START = Date.UTC(2026, 0, 5, 14, 58, 38);

describe('the transaction that an exchange names', () => {
  it('is that of the call, else of the answer, as text', () => {
    assert.equal(transactionIn('1.6', 'StopTransaction', { transactionId: -1 }, null), '-1');
    assert.equal(
      transactionIn('1.6', 'StartTransaction', {}, { transactionId: 2n ** 62n }),
      '4611686018427387904',
    );
    assert.equal(transactionIn('1.6', 'StartTransaction', { transactionId: 3 }, null), null);
    assert.equal(transactionIn('1.6', 'MeterValues', { transactionId: '3' }, null), null);
    assert.equal(transactionIn('1.6', 'Heartbeat', { transactionId: 3 }, {}), null);
    const event = { transactionInfo: { transactionId: 'tx' } };
    assert.equal(transactionIn('2.0.1', 'TransactionEvent', event, null), 'tx');
    assert.equal(transactionIn('2.1', 'RequestStartTransaction', {}, { transactionId: 'tx' }), 'tx');
    assert.equal(transactionIn('2.0.1', 'CostUpdated', { transactionId: 5 }, {}), null);
  });
});

describe('what an exchange tells about a transaction', () => {
  it('is its connector and start, once StartTransaction is answered', () => {
    const call = { connectorId: 2, timestamp: TIME };
    assert.equal(transactionFact('1.6', 'StartTransaction', call, null), null);
    for (const transactionId of [77, 0, -1]) {
      assert.deepEqual(transactionFact('1.6', 'StartTransaction', call, { transactionId }), {
        transaction: String(transactionId),
        connector: 2,
        evseConnector: null,
        startAt: START,
      });
    }
    const untimed = transactionFact('1.6', 'StartTransaction', { connectorId: 2 }, { transactionId: 77 });
    assert.deepEqual(untimed, { transaction: '77', connector: 2, evseConnector: null });
  });

  it('is the connector of any other message that holds both', () => {
    const fact = { transaction: '77', connector: 2, evseConnector: null };
    const both = { connectorId: 2, transactionId: 77, timestamp: TIME };
    assert.deepEqual(transactionFact('1.6', 'MeterValues', both, {}), fact);
    const chargingProfile = { transactionId: 77 };
    assert.deepEqual(
      transactionFact('1.6', 'RemoteStartTransaction', { connectorId: 2, chargingProfile }, null),
      fact,
    );
    const csChargingProfiles = chargingProfile;
    assert.deepEqual(
      transactionFact('1.6', 'SetChargingProfile', { connectorId: 2, csChargingProfiles }, null),
      fact,
    );
  });

  it('is EVSE, connector and start of a TransactionEvent', () => {
    const event = (eventType: string, evse: { id?: number; connectorId?: number }) =>
      transactionFact(
        '2.0.1',
        'TransactionEvent',
        { eventType, timestamp: TIME, transactionInfo: { transactionId: 'tx' }, evse },
        null,
      );
    assert.deepEqual(event('Started', { id: 2, connectorId: 1 }), {
      transaction: 'tx',
      connector: 2,
      evseConnector: 1,
      startAt: START,
    });
    assert.deepEqual(event('Updated', { id: 2 }), { transaction: 'tx', connector: 2, evseConnector: null });
    assert.equal(event('Ended', {}), null);
    assert.equal(event('Updated', { id: 0 }), null);
  });

  it('is nothing where the station says 0 or -1 for none, or names no connector of its own', () => {
    for (const transactionId of [0, -1]) {
      assert.equal(transactionFact('1.6', 'MeterValues', { connectorId: 2, transactionId }, {}), null);
    }
    assert.equal(transactionFact('1.6', 'MeterValues', { connectorId: 0, transactionId: 77 }, {}), null);
    assert.equal(transactionFact('1.6', 'StopTransaction', { transactionId: 77 }, {}), null);
    assert.equal(transactionFact('1.6', 'Unheard', { connectorId: 2, transactionId: 77 }, {}), null);
  });
});
