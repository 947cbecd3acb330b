import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS, OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';
import fc from 'fast-check';
import { internalError, planAnswer, startAnswer } from './csms-answers.ts';
import { faultOf, sampleRequest, stationActions } from './official-schemas.ts';

const NOW = '2025-03-01T12:00:00.123Z';

function plan(version: OcppVersion, text: string | null) {
  return planAnswer(text, { version, now: NOW, heartbeatInterval: 300 });
}

/** The answer's text; null for none. */
function answer(version: OcppVersion, text: string | null): string | null {
  const planned = plan(version, text);
  if (planned.kind === 'start') return startAnswer(planned.idText, 7);
  return planned.kind === 'ready' ? planned.text : null;
}

function call(version: OcppVersion, action: string, payload: unknown): unknown {
  const text = answer(version, JSON.stringify([2, 'a1', action, payload]));
  return text === null ? null : JSON.parse(text);
}

const ACCEPTED = { status: 'Accepted' };
const BOOT = { status: 'Accepted', currentTime: NOW, interval: 300 };
const HASH = { hashAlgorithm: 'SHA256', issuerNameHash: 'n', issuerKeyHash: 'k', serialNumber: 's' };

/** Every answer that is more than an empty object. */
const ROWS: readonly (readonly [string, string, unknown, unknown])[] = [
  ['1.6', 'Authorize', { idTag: 'A' }, { idTagInfo: ACCEPTED }],
  ['2.0.1', 'Authorize', {}, { idTokenInfo: ACCEPTED }],
  ['2.1', 'Authorize', {}, { idTokenInfo: ACCEPTED }],
  ['1.6', 'BootNotification', {}, BOOT],
  ['2.0.1', 'BootNotification', {}, BOOT],
  ['2.1', 'BootNotification', {}, BOOT],
  ['1.6', 'Heartbeat', {}, { currentTime: NOW }],
  ['2.0.1', 'Heartbeat', {}, { currentTime: NOW }],
  ['2.1', 'Heartbeat', {}, { currentTime: NOW }],
  ['1.6', 'StartTransaction', {}, { idTagInfo: ACCEPTED, transactionId: 7 }],
  ['1.6', 'StopTransaction', { transactionId: 1 }, {}],
  ['1.6', 'StopTransaction', { transactionId: 1, idTag: 'A' }, { idTagInfo: ACCEPTED }],
  ['1.6', 'StopTransaction', { transactionId: 1, idTag: null }, {}],
  ['2.0.1', 'TransactionEvent', {}, {}],
  ['2.0.1', 'TransactionEvent', { idToken: { idToken: 'A', type: 'ISO14443' } }, { idTokenInfo: ACCEPTED }],
  ['2.1', 'TransactionEvent', { idToken: { idToken: 'A', type: 'x' } }, { idTokenInfo: ACCEPTED }],
  ['1.6', 'DataTransfer', { vendorId: 'x' }, { status: 'UnknownVendorId' }],
  ['2.0.1', 'DataTransfer', { vendorId: 'x' }, { status: 'UnknownVendorId' }],
  ['2.1', 'DataTransfer', { vendorId: 'x' }, { status: 'UnknownVendorId' }],
  ['1.6', 'SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
  ['2.0.1', 'SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
  ['2.1', 'SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
  ['2.0.1', 'Get15118EVCertificate', {}, { status: 'Failed', exiResponse: '' }],
  ['2.1', 'Get15118EVCertificate', {}, { status: 'Failed', exiResponse: '' }],
  ['2.0.1', 'GetCertificateStatus', {}, { status: 'Failed' }],
  ['2.1', 'GetCertificateStatus', {}, { status: 'Failed' }],
  ['2.0.1', 'NotifyEVChargingNeeds', {}, { status: 'Rejected' }],
  ['2.1', 'NotifyEVChargingNeeds', {}, { status: 'NoChargingProfile' }],
  ['2.0.1', 'NotifyEVChargingSchedule', {}, ACCEPTED],
  ['2.1', 'NotifyEVChargingSchedule', {}, ACCEPTED],
  ['2.1', 'OpenPeriodicEventStream', {}, ACCEPTED],
  ['2.1', 'PullDynamicScheduleUpdate', {}, { status: 'Rejected' }],
  ['2.1', 'VatNumberValidation', { vatNumber: 'NL1' }, { vatNumber: 'NL1', status: 'Rejected' }],
  [
    '2.1',
    'GetCertificateChainStatus',
    {
      certificateStatusRequests: [
        { source: 'CRL', urls: ['u'], certificateHashData: HASH },
        { source: 'OCSP', urls: ['u'], certificateHashData: { ...HASH, serialNumber: 't' } },
      ],
    },
    {
      certificateStatus: [
        { certificateHashData: HASH, source: 'CRL', status: 'Failed', nextUpdate: NOW },
        {
          certificateHashData: { ...HASH, serialNumber: 't' },
          source: 'OCSP',
          status: 'Failed',
          nextUpdate: NOW,
        },
      ],
    },
  ],
];

test('each action that is more than taken note of has its answer', () => {
  for (const [version, action, request, expected] of ROWS) {
    const known = OCPP_VERSIONS.find((each) => each === version) ?? assert.fail(version);
    assert.deepEqual(call(known, action, request), [3, 'a1', expected], `${version} ${action}`);
  }
});

test('every other call of a station is answered with an empty object', () => {
  for (const version of OCPP_VERSIONS) {
    const special = new Set(ROWS.filter(([of]) => of === version).map(([, action]) => action));
    for (const action of stationActions(version)) {
      if (!special.has(action)) assert.deepEqual(call(version, action, {}), [3, 'a1', {}], action);
    }
  }
});

test('every answer to a station fits the official schema, whatever the request brings', () => {
  let checked = 0;
  for (const version of OCPP_VERSIONS) {
    for (const action of stationActions(version)) {
      if (action === 'NotifyPeriodicEventStream') continue; // Sent, never called: it has no answer.
      for (const full of [false, true]) {
        const request = sampleRequest(version, action, full);
        assert.equal(faultOf(version, action, 'request', request), null);
        const text = answer(version, JSON.stringify([2, 'a1', action, request])) ?? assert.fail(action);
        const [type, id, payload] = JSON.parse(text);
        assert.deepEqual([type, id], [3, 'a1'], text);
        assert.equal(faultOf(version, action, 'answer', payload), null);
        checked += 1;
      }
    }
  }
  assert.ok(checked > 120, `${checked} answers`);
});

test('an action that the version does not have is not implemented', () => {
  assert.deepEqual(call('1.6', 'Frobnicate', {}), [
    4,
    'a1',
    'NotImplemented',
    'OCPP 1.6 has no such action',
    {},
  ]);
  assert.equal((call('1.6', 'TransactionEvent', {}) as unknown[])[2], 'NotImplemented');
  assert.equal((call('2.0.1', 'StartTransaction', {}) as unknown[])[2], 'NotImplemented');
  assert.equal((call('2.1', 'constructor', {}) as unknown[])[2], 'NotImplemented');
});

test('a call that only a CSMS makes is not supported', () => {
  for (const version of OCPP_VERSIONS) {
    for (const [action, { versions, direction }] of ACTIONS) {
      if (direction !== 'csms_to_station' || !versions.includes(version)) continue;
      assert.equal((call(version, action, {}) as unknown[])[2], 'NotSupported', `${version} ${action}`);
    }
  }
});

test('a payload that is no object is refused in the spelling of the version', () => {
  const codes = { '1.6': 'FormationViolation', '2.0.1': 'FormatViolation', '2.1': 'FormatViolation' };
  for (const version of OCPP_VERSIONS) {
    for (const text of [
      '[2,"a1","Heartbeat"]',
      '[2,"a1","Heartbeat","x"]',
      '[2,"a1","Heartbeat",[1]]',
      '[2,"a1","Heartbeat",5]',
      '[2,"a1",5,{}]',
      '[2,"a1"]',
    ]) {
      const expected = `[4,"a1","${codes[version]}","The payload does not fit the action",{}]`;
      assert.equal(answer(version, text), expected, text);
    }
  }
});

test('null and [] are read as an empty payload', () => {
  assert.equal(answer('1.6', '[2,"a1","Heartbeat",null]'), `[3,"a1",{"currentTime":"${NOW}"}]`);
  assert.equal(answer('1.6', '[2,"a1","Heartbeat",[]]'), `[3,"a1",{"currentTime":"${NOW}"}]`);
});

test('what a station would resend for ever is answered whatever its content is', () => {
  for (const payload of [
    '{"connectorId":"one","meterValue":7}',
    '"x"',
    '[1]',
    '{"idTag":9007199254740993}',
  ]) {
    assert.equal(answer('1.6', `[2,"a1","MeterValues",${payload}]`), '[3,"a1",{}]');
    assert.match(answer('1.6', `[2,"a1","StopTransaction",${payload}]`) ?? '', /^\[3,/);
    assert.match(answer('2.0.1', `[2,"a1","TransactionEvent",${payload}]`) ?? '', /^\[3,/);
    assert.equal(plan('1.6', `[2,"a1","StartTransaction",${payload}]`).kind, 'start');
  }
});

test('a request without what its answer has to repeat is refused', () => {
  for (const [action, payload] of [
    ['VatNumberValidation', {}],
    ['VatNumberValidation', { vatNumber: 5 }],
    ['GetCertificateChainStatus', {}],
    ['GetCertificateChainStatus', { certificateStatusRequests: [] }],
    ['GetCertificateChainStatus', { certificateStatusRequests: ['x'] }],
    ['GetCertificateChainStatus', { certificateStatusRequests: [{ source: 'CRL' }] }],
    ['GetCertificateChainStatus', { certificateStatusRequests: [{ certificateHashData: HASH }] }],
  ] as const) {
    assert.equal((call('2.1', action, payload) as unknown[])[2], 'FormatViolation', JSON.stringify(payload));
  }
});

test('an integer beyond 2^53 in a request breaks no answer', () => {
  const request = `{"certificateStatusRequests":[{"source":"CRL","certificateHashData":{"serialNumber":"s","x":9007199254740993}}]}`;
  assert.match(answer('2.1', `[2,"a1","GetCertificateChainStatus",${request}]`) ?? '', /^\[3,"a1"/);
});

test('a start tells by what it is known again', () => {
  const payload = { connectorId: 2, idTag: 'A', meterStart: 5, timestamp: '2025-03-01T12:00:00Z' };
  assert.deepEqual(plan('1.6', JSON.stringify([2, 'a1', 'StartTransaction', payload])), {
    kind: 'start',
    idText: '"a1"',
    start: { messageId: 'a1', idTag: 'A', connector: 2, timestamp: '2025-03-01T12:00:00Z' },
  });
  assert.deepEqual(plan('1.6', '[2,7,"StartTransaction",{"connectorId":1.5,"idTag":8,"timestamp":{}}]'), {
    kind: 'start',
    idText: '7',
    start: { messageId: '7', idTag: '8', connector: 0, timestamp: '' },
  });
  assert.equal(internalError('"a1"'), '[4,"a1","InternalError","The CSMS could not process this call",{}]');
});

test('a message id comes back as it came', () => {
  const now = `{"currentTime":"${NOW}"}`;
  assert.equal(answer('1.6', '[2,42,"Heartbeat",{}]'), `[3,42,${now}]`);
  assert.equal(answer('1.6', ' [ 2 , 4.20e1 , "Heartbeat" , {} ]'), `[3,4.20e1,${now}]`);
  assert.equal(answer('1.6', '[2,123456789012345678901,"Heartbeat",{}]'), `[3,123456789012345678901,${now}]`);
  assert.equal(
    answer('1.6', '[2,12345678901234567890,"Heartbeat","x"]')?.slice(0, 25),
    '[4,12345678901234567890,"',
  );
  assert.equal(answer('1.6', '[2,"","Heartbeat",{}]'), `[3,"",${now}]`);
  assert.equal(answer('1.6', '[2,"\\"\\u0000\\ud800ä","Heartbeat",{}]'), `[3,"\\"\\u0000\\ud800ä",${now}]`);
});

test('text without a readable id is answered in 2.1 alone, with the id -1', () => {
  for (const text of [
    null,
    '',
    'x',
    '{}',
    '[]',
    '[2]',
    '[2,null,"Heartbeat",{}]',
    '[2,{},"Heartbeat",{}]',
    '"x"',
  ]) {
    assert.equal(answer('1.6', text), null, `${text}`);
    assert.equal(answer('2.0.1', text), null, `${text}`);
    const expected = text === '[]' ? null : '[4,"-1","RpcFrameworkError","The message could not be read",{}]';
    assert.equal(answer('2.1', text), expected, `${text}`);
  }
});

test('answers, unknown type numbers and SEND are not answered', () => {
  for (const version of OCPP_VERSIONS) {
    for (const text of [
      '[3,"a1",{}]',
      '[3,"a1","x"]',
      '[3]',
      '[4,"a1","GenericError","",{}]',
      '[4,"-1","RpcFrameworkError","",{}]',
      '[5,"a1","GenericError","",{}]',
      '[6,"a1","NotifyPeriodicEventStream",{}]',
      '[6,"a1","Heartbeat","x"]',
      '[7,"a1","Heartbeat",{}]',
      '["2","a1","Heartbeat",{}]',
    ]) {
      assert.equal(answer(version, text), null, `${version} ${text}`);
    }
  }
});

test('no text breaks the answers, and every call with an id is answered under it', () => {
  const version = fc.constantFrom(...OCPP_VERSIONS);
  fc.assert(
    fc.property(version, fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (of, text) => {
      const said = answer(of, text);
      assert.ok(said === null || Array.isArray(JSON.parse(said)));
    }),
  );
  const id = fc.string({ unit: 'binary' });
  const action = fc.oneof(fc.constantFrom(...ACTIONS.keys()), fc.string());
  fc.assert(
    fc.property(version, id, action, fc.jsonValue(), (of, messageId, name, payload) => {
      const said = answer(of, JSON.stringify([2, messageId, name, payload]));
      const [type, answered] = JSON.parse(said ?? assert.fail('no answer'));
      assert.ok(type === 3 || type === 4);
      assert.equal(JSON.stringify(answered), JSON.stringify(messageId));
    }),
  );
  for (const number of ['9007199254740993', '-1', '1e999', '0.10']) {
    for (const payload of ['{"vatNumber":9007199254740993}', '9007199254740993', '{"vatNumber":"x"}']) {
      const said = answer('2.1', `[2,${number},"VatNumberValidation",${payload}]`) ?? assert.fail();
      assert.ok(said.slice(3).startsWith(`${number},`), said);
    }
  }
});
