/** The rules of fields that are no meter values: extraction rules 4. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_CONTEXT } from '../fields.ts';
import type { JsonObject, JsonValue } from '../message.ts';
import { expectCase, extractCase, TIME } from './extraction-case.ts';
import { extract } from './index.ts';

function status16(call: JsonObject) {
  return { version: '1.6', action: 'StatusNotification', call } as const;
}

function event2(call: JsonObject) {
  return { version: '2.0.1', action: 'TransactionEvent', call } as const;
}

describe('values', () => {
  it('keeps "", 0 and -1, and takes null for absent', () => {
    expectCase(status16({ connectorId: 0, info: '', vendorErrorCode: '', status: null, timestamp: null }), {
      connector_id: 0,
      request_info: '',
      request_vendor_error_code: '',
    });
    expectCase(
      {
        version: '1.6',
        action: 'StopTransaction',
        call: { transactionId: -1, meterStop: 0, transactionData: null },
      },
      { request_transaction_id: -1, transaction_id: '-1', request_meter_stop: '0' },
    );
  });

  it('takes no value of another type, and says which type it was, never the value', () => {
    const call = { connectorId: '1', info: 5, status: ['Available'], vendorId: { a: 1 }, timestamp: true };
    const of = status16(call);
    expectCase(of, {}, [
      'value-type request.connectorId',
      'value-type request.timestamp',
      'value-type request.info',
      'value-type request.status',
      'value-type request.vendorId',
    ]);
    assert.deepEqual(
      extractCase(of).findings.map(({ detail }) => detail),
      ['string', 'boolean', 'number', 'array', 'object'],
    );
    for (const connectorId of [1.5, 1e300, 2n ** 60n]) {
      expectCase(status16({ connectorId }), {}, ['value-type request.connectorId']);
    }
  });

  it('reports a wrong type once, also where several fields lie behind it, and in the answer', () => {
    expectCase(event2({ evse: 5, transactionInfo: 'x', idToken: [] }), {}, [
      'value-type request.evse',
      'value-type request.transactionInfo',
      'value-type request.idToken',
    ]);
    expectCase({ version: '1.6', action: 'Authorize', call: {}, answer: { idTagInfo: { status: 7 } } }, {}, [
      'value-type answer.idTagInfo.status',
    ]);
  });

  it('reads -0 as 0 and takes no infinity', () => {
    expectCase(status16({ connectorId: -0 }), { connector_id: 0 });
    const csChargingProfiles = { chargingSchedule: { minChargingRate: Number.POSITIVE_INFINITY } };
    expectCase({ version: '1.6', action: 'SetChargingProfile', call: { csChargingProfiles } }, {}, [
      'value-type request.csChargingProfiles.chargingSchedule.minChargingRate',
    ]);
  });

  it('finds nothing remarkable in what 1.6 alone forbids', () => {
    expectCase(
      {
        version: '2.0.1',
        action: 'StatusNotification',
        call: { evseId: 0, connectorId: 0, connectorStatus: 'Faulted' },
      },
      { connector_id: 0, evse_connector_id: 0, request_status: 'Faulted' },
    );
  });

  it('keeps the details of findings short', () => {
    const [finding] = extractCase(status16({ errorCode: 'x'.repeat(1000) })).findings;
    assert.deepEqual(finding, {
      code: 'error-code-unknown',
      path: 'request.errorCode',
      detail: 'x'.repeat(40),
    });
  });

  it('bounds the findings and says that it did', () => {
    const sampledValue = Array.from({ length: 100 }, () => ({ measurand: 'Voltage', value: 'x' }));
    const { findings } = extractCase({
      version: '1.6',
      action: 'MeterValues',
      call: { meterValue: [{ timestamp: TIME, sampledValue }] },
    });
    assert.equal(findings.length, 65);
    assert.deepEqual(findings.at(-1), { code: 'findings-cut' });
  });

  it('reads no property that is not in the message', () => {
    for (const action of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
      expectCase({ version: '2.1', action, call: {} }, {});
    }
  });

  it('keeps the digits of the meter stop, which is a text in the log', () => {
    for (const [meterStop, text] of [
      [1475943, '1475943'],
      ['1475943', '1475943'],
      [12345678901234567890n, '12345678901234567890'],
      [12.5, '12.5'],
    ] as const) {
      const of = { version: '1.6', action: 'StopTransaction', call: { meterStop } } as const;
      expectCase(of, { request_meter_stop: text });
    }
  });
});

describe('the meter stop', () => {
  const stop = (callText: string) =>
    extract({
      version: '1.6',
      action: 'StopTransaction',
      // The texts below are objects.
      call: JSON.parse(callText) as JsonObject,
      answer: null,
      context: NO_CONTEXT,
      callText: () => callText,
    }).fields.request_meter_stop;

  it('is spelled as in the text of the call, where that is at hand', () => {
    for (const spelled of ['1475943', '1475943.0', '1.475943e6', '-0', '12.50']) {
      assert.equal(stop(`{"customData":{"meterStop":1},"meterStop" : ${spelled} ,"x":2}`), spelled);
    }
    assert.equal(stop('{"meterStop":"007"}'), '007');
    assert.equal(stop('{"x":1}'), undefined);
  });
});

describe('the connector', () => {
  const known = { connector: 4, evseConnector: 5, transaction: null };

  it('is that of the known transaction only where the message names none', () => {
    const info = { transactionInfo: { transactionId: 'a' } };
    expectCase(
      { ...event2(info), context: known },
      { connector_id: 4, evse_connector_id: 5, transaction_id: 'a' },
    );
    expectCase(
      { ...event2({ ...info, evse: { id: 2 } }), context: known },
      { connector_id: 2, transaction_id: 'a' },
    );
    expectCase(
      { ...event2({ ...info, evse: null }), context: { connector: 4 } },
      {
        connector_id: 4,
        transaction_id: 'a',
      },
    );
  });

  it('of 2.x is the EVSE, else the connector', () => {
    for (const action of ['StatusNotification', 'UnlockConnector']) {
      expectCase(
        { version: '2.0.1', action, call: { evseId: 3, connectorId: 1 } },
        { connector_id: 3, evse_connector_id: 1 },
      );
      expectCase(
        { version: '2.0.1', action, call: { connectorId: 1 } },
        { connector_id: 1, evse_connector_id: 1 },
      );
    }
  });

  it('of a list is there only if all elements name one EVSE', () => {
    const on = (id: JsonValue, connectorId?: number): JsonObject => ({
      component: { evse: { id, ...(connectorId === undefined ? {} : { connectorId }) } },
    });
    const report = (...reportData: readonly JsonValue[]) =>
      ({ version: '2.0.1', action: 'NotifyReport', call: { reportData } }) as const;
    expectCase(report(on(2), on(2)), { connector_id: 2 });
    expectCase(report(on(2, 1), on(2, 2)), { connector_id: 2 });
    expectCase(report(on(2, 1), on(3, 1)), {});
    expectCase(report(on(2), { component: { name: 'ChargingStation' } }), {});
    expectCase(report({ component: { name: 'ChargingStation' } }, on(2)), {});
    expectCase(report(), {});
    expectCase(report(on(2), on('2')), {}, ['value-type request.reportData[1].component.evse.id']);
    expectCase(report(on(2), 7), {}, ['value-type request.reportData[1]']);
  });
});

describe('the transaction', () => {
  const stop = (transactionId: JsonValue) =>
    ({ version: '2.0.1', action: 'RequestStopTransaction', call: { transactionId } }) as const;

  it('of 2.x is a number only where its text is one, within int64', () => {
    for (const [text, number] of [
      ['0', 0],
      ['12345', 12345],
      ['-7', -7],
      ['9007199254740991', 9007199254740991],
      ['9007199254740993', 9007199254740993n],
      ['9223372036854775807', 9223372036854775807n],
      ['-9223372036854775808', -9223372036854775808n],
    ] as const) {
      expectCase(stop(text), { request_transaction_id: number, transaction_id: text });
    }
    for (const text of [
      '9223372036854775808',
      '-9223372036854775809',
      '12345678901234567890',
      '007',
      '-0',
      '+1',
      '1.0',
      '1e3',
      ' 1',
      '1\n',
      '',
      'd2f1-4a',
    ]) {
      expectCase(stop(text), { transaction_id: text });
    }
    expectCase(stop(12345), {}, ['value-type request.transactionId']);
  });

  it('of 1.6 is an integer, with all its digits', () => {
    const call = (transactionId: JsonValue) =>
      ({ version: '1.6', action: 'RemoteStopTransaction', call: { transactionId } }) as const;
    expectCase(call(-0), { request_transaction_id: 0, transaction_id: '0' });
    expectCase(call(9223372036854775807n), {
      request_transaction_id: 9223372036854775807n,
      transaction_id: '9223372036854775807',
    });
    expectCase(call(9223372036854775808n), { transaction_id: '9223372036854775808' }, [
      'value-type request.transactionId',
    ]);
    for (const id of ['77', 7.5, 1e30]) expectCase(call(id), {}, ['value-type request.transactionId']);
  });

  it('of StartTransaction is in the answer, and not in the request', () => {
    const start = { version: '1.6', action: 'StartTransaction', call: { transactionId: 5 } } as const;
    expectCase({ ...start, answer: { transactionId: 77 } }, { transaction_id: '77' });
    expectCase(start, {});
  });

  it('of RequestStartTransaction may be in the answer, and of any exchange in what is known of it', () => {
    const start = { version: '2.1', action: 'RequestStartTransaction', call: {} } as const;
    expectCase({ ...start, answer: { transactionId: 'tx' } }, { transaction_id: 'tx' });
    expectCase({ ...start, context: { transaction: 'known' } }, { transaction_id: 'known' });
  });
});

describe('the reason of a TransactionEvent', () => {
  it('is stoppedReason alone when it ended, else triggerReason', () => {
    const event = (eventType: string, stoppedReason?: string) =>
      event2({
        eventType,
        triggerReason: 'EVDeparted',
        transactionInfo: stoppedReason === undefined ? {} : { stoppedReason },
      });
    expectCase(event('Ended', 'Remote'), { request_reason: 'Remote' });
    expectCase(event('Ended'), {});
    expectCase(event('Started'), { request_reason: 'EVDeparted' });
    expectCase(event('Updated', 'Remote'), { request_reason: 'EVDeparted' });
  });
});

describe('the element of a NotifyEvent that counts', () => {
  const event = (variable: string, actualValue: string, more: JsonObject = {}): JsonObject => ({
    variable: { name: variable },
    actualValue,
    ...more,
  });
  const notify = (...eventData: readonly JsonValue[]) =>
    ({ version: '2.0.1', action: 'NotifyEvent', call: { generatedAt: 'g', eventData } }) as const;

  it('is the first of AvailabilityState, else the first, and only the former gives a status', () => {
    expectCase(
      notify(
        event('Problem', 'true', { techInfo: 'no' }),
        event('AvailabilityState', 'Occupied', { techInfo: 'yes', timestamp: TIME }),
        event('AvailabilityState', 'Available', { techInfo: 'no' }),
      ),
      { request_timestamp: TIME, request_info: 'yes', request_status: 'Occupied' },
    );
    expectCase(notify(event('Problem', 'true', { techCode: '1' }), event('Power', '0', { techCode: '2' })), {
      request_timestamp: 'g',
      request_error_code: '1',
    });
    expectCase(notify(), { request_timestamp: 'g' });
    expectCase(notify(null, 'x', event('AvailabilityState', 'Faulted')), {
      request_timestamp: 'g',
      request_status: 'Faulted',
    });
  });
});

describe('the newest timestamp', () => {
  const times = (...timestamps: readonly JsonValue[]) =>
    ({
      version: '1.6',
      action: 'MeterValues',
      call: { meterValue: timestamps.map((timestamp) => ({ timestamp, sampledValue: [] })) },
    }) as const;

  it('is the newest as an instant, as it was written, and the first of equals', () => {
    const early = '2026-01-05T14:58:38+10:00';
    const late = '2026-01-05T04:58:39Z';
    expectCase(times(early, late), { request_timestamp: late });
    expectCase(times(late, early), { request_timestamp: late });
    expectCase(times('2026-01-05T04:58:39.000Z', late), { request_timestamp: '2026-01-05T04:58:39.000Z' });
    expectCase(times('soon', early), { request_timestamp: early });
    expectCase(times(early, 'soon'), { request_timestamp: early });
    expectCase(times('soon', 'later'), { request_timestamp: 'soon' });
    expectCase(times(7, early), { request_timestamp: early }, ['value-type request.meterValue[0].timestamp']);
  });
});

describe('the charging schedule', () => {
  it('keeps every period in its place, with null for what is missing or no number', () => {
    const chargingSchedulePeriod = [{ startPeriod: 0, limit: '16', numberPhases: null }, 'x', {}];
    expectCase(
      {
        version: '1.6',
        action: 'SetChargingProfile',
        call: { csChargingProfiles: { chargingSchedule: { chargingRateUnit: 1, chargingSchedulePeriod } } },
      },
      {
        req_cs_profile_sched_schedule_period: [
          { start_period: 0, limit: null, number_phases: null },
          { start_period: null, limit: null, number_phases: null },
          { start_period: null, limit: null, number_phases: null },
        ],
      },
      [
        'value-type request.csChargingProfiles.chargingSchedule.chargingRateUnit',
        'value-type request.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit',
        'value-type request.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[1]',
      ],
    );
  });

  it('is not read from reports of the station nor from the answer of GetCompositeSchedule', () => {
    const schedule = { chargingRateUnit: 'A', duration: 5, chargingSchedulePeriod: [] };
    for (const action of ['NotifyChargingLimit', 'NotifyEVChargingSchedule', 'GetCompositeSchedule']) {
      expectCase(
        {
          version: '2.0.1',
          action,
          call: { chargingSchedule: action === 'NotifyChargingLimit' ? [schedule] : schedule },
          answer: { schedule },
        },
        {},
      );
    }
    const chargingProfile = [{ chargingSchedule: [schedule] }];
    expectCase({ version: '2.0.1', action: 'ReportChargingProfiles', call: { chargingProfile } }, {});
  });
});
