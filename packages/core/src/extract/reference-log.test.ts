/** Fourteen days of OCPP 1.6 that nobody here wrote, read from beside the project where they are at hand. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { NO_CONTEXT } from '../fields.ts';
import type { JsonObject } from '../message.ts';
import { transactionFact, transactionIn } from './context.ts';
import { extract } from './index.ts';

const LOG = new URL('../../../../../shared/data/kwwhat/ocpp_1_6_synthetic_logs_14d.csv', import.meta.url);

interface Exchange {
  readonly action: string;
  readonly call: JsonObject;
  answer: JsonObject | null;
}

/** Lines are `timestamp,id,action,"frame"`; ids come back, so an answer is that of the last call that bears its id. */
function exchanges(): readonly Exchange[] {
  const all: Exchange[] = [];
  const byId = new Map<string, Exchange>();
  for (const line of readFileSync(LOG, 'utf8').split('\n')) {
    const frame = /^[^,]*,[^,]*,[^,]*,"(.*)"\s*$/.exec(line)?.[1]?.replaceAll('""', '"');
    if (frame === undefined) continue;
    // The log holds CALL and CALLRESULT frames; the assertions below fail where it does not.
    const message = JSON.parse(frame) as [number, string, string & JsonObject, JsonObject];
    const call = byId.get(message[1]);
    if (message[0] === 2) {
      const exchange: Exchange = { action: message[2], call: message[3], answer: null };
      all.push(exchange);
      byId.set(message[1], exchange);
    } else if (call !== undefined) call.answer = message[2];
  }
  return all;
}

const FIELD_OF: Readonly<Record<string, string>> = {
  'Energy.Active.Import.Register': 'extracted_energy',
  Voltage: 'extracted_voltage_phase1',
  'Current.Import': 'extracted_current_phase1',
  'Power.Offered': 'extracted_power_offered',
  'Power.Active.Import': 'extracted_power',
};

describe('a log of two stations', { skip: existsSync(LOG) ? false : `${LOG.pathname} is absent` }, () => {
  const all = existsSync(LOG) ? exchanges() : [];
  const of = (action: string) => all.filter((exchange) => exchange.action === action);
  const read = ({ action, call, answer }: Exchange) =>
    extract({ version: '1.6', action, call, answer, context: NO_CONTEXT });

  it('gives nothing to find fault with in 8,955 calls', () => {
    assert.equal(all.length, 8955);
    for (const exchange of all) assert.deepEqual(read(exchange).findings, []);
  });

  it('gives every sample of every MeterValues to its field', () => {
    assert.equal(of('MeterValues').length, 156);
    for (const exchange of of('MeterValues')) {
      const { fields } = read(exchange);
      // The shape of this log; a message of another shape fails here.
      const [only, ...others] = exchange.call.meterValue as readonly {
        readonly timestamp: string;
        readonly sampledValue: readonly { readonly measurand: string; readonly value: string }[];
      }[];
      const samples = only?.sampledValue ?? [];
      assert.equal(others.length, 0);
      assert.deepEqual(fields, {
        connector_id: exchange.call.connectorId,
        request_timestamp: only?.timestamp,
        request_transaction_id: exchange.call.transactionId,
        transaction_id: String(exchange.call.transactionId),
        ...Object.fromEntries(samples.map(({ measurand, value }) => [FIELD_OF[measurand], Number(value)])),
      });
    }
  });

  it('teaches the connector of each of its 39 transactions', () => {
    const starts = of('StartTransaction').map(({ action, call, answer }) =>
      transactionFact('1.6', action, call, answer),
    );
    const connectors = new Map(starts.map((fact) => [fact?.transaction, fact?.connector]));
    assert.equal(starts.length, 39);
    for (const { action, call, answer } of of('StopTransaction')) {
      const id = transactionIn('1.6', action, call, answer);
      assert.ok(id !== null && connectors.get(id) !== undefined, String(id));
    }
    for (const { action, call, answer } of of('MeterValues')) {
      const id = transactionIn('1.6', action, call, answer);
      assert.equal(connectors.get(id ?? undefined), call.connectorId);
    }
  });
});
