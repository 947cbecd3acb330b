import assert from 'node:assert/strict';
import { test } from 'node:test';
import { log } from './case.ts';
import { lastConfiguration, settingsOf } from './configuration.ts';

const plain = (entry: ReturnType<typeof log>) =>
  settingsOf(entry).map(({ name, value, readonly }) => ({ name, value, readonly }));

test('GetConfiguration tells keys, also those without a value', () => {
  const response_payload = {
    configurationKey: [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
      { key: 'SupportedFeatureProfiles', readonly: true },
    ],
    unknownKey: ['x'],
  };
  assert.deepEqual(settingsOf(log({ action: 'GetConfiguration', exchange: { response_payload } })), [
    {
      name: 'HeartbeatInterval',
      value: '300',
      readonly: false,
      at: Date.parse('2026-01-05T10:00:00.012Z'),
      source: 'GetConfiguration',
      entry: '1',
    },
    {
      name: 'SupportedFeatureProfiles',
      value: null,
      readonly: true,
      at: Date.parse('2026-01-05T10:00:00.012Z'),
      source: 'GetConfiguration',
      entry: '1',
    },
  ]);
});

test('ChangeConfiguration counts only where the station took it', () => {
  const change = (status: string) =>
    plain(
      log({
        action: 'ChangeConfiguration',
        payload: { key: 'HeartbeatInterval', value: '60' },
        exchange: { response_payload: { status } },
      }),
    );
  const taken = [{ name: 'HeartbeatInterval', value: '60', readonly: false }];
  assert.deepEqual(change('Accepted'), taken);
  assert.deepEqual(change('RebootRequired'), taken);
  assert.deepEqual(change('Rejected'), []);
});

test('variables of 2.x are named by component, EVSE, instance and attribute', () => {
  const component = { name: 'EVSE', evse: { id: 1, connectorId: 2 } };
  const variable = { name: 'Power', instance: 'L1' };
  const response_payload = {
    getVariableResult: [
      { attributeStatus: 'Accepted', attributeValue: '7', attributeType: 'MaxSet', component, variable },
      { attributeStatus: 'UnknownVariable', component, variable },
    ],
  };
  assert.deepEqual(plain(log({ action: 'GetVariables', exchange: { response_payload } })), [
    { name: 'EVSE@1/2.Power[L1] (MaxSet)', value: '7', readonly: null },
  ]);
  const reportData = [
    { component, variable, variableAttribute: [{ value: '5', mutability: 'ReadOnly' }, { type: 'Target' }] },
  ];
  assert.deepEqual(plain(log({ action: 'NotifyReport', payload: { reportData } })), [
    { name: 'EVSE@1/2.Power[L1]', value: '5', readonly: true },
    { name: 'EVSE@1/2.Power[L1] (Target)', value: null, readonly: null },
  ]);
});

test('of SetVariables those count that were accepted, by their place', () => {
  const set = (name: string, attributeValue: string) => ({
    component: { name: 'OCPPCommCtrlr' },
    variable: { name },
    attributeValue,
  });
  const entry = log({
    action: 'SetVariables',
    payload: { setVariableData: [set('A', '1'), set('B', '2')] },
    exchange: {
      response_payload: {
        setVariableResult: [{ attributeStatus: 'Rejected' }, { attributeStatus: 'Accepted' }],
      },
    },
  });
  assert.deepEqual(plain(entry), [{ name: 'OCPPCommCtrlr.B', value: '2', readonly: false }]);
});

test('payloads of another form tell nothing', () => {
  assert.deepEqual(plain(log({ action: 'NotifyReport', payload: { reportData: 'x' } })), []);
  assert.deepEqual(plain(log({ action: 'GetConfiguration', exchange: { response_payload: null } })), []);
});

test('the newest value of each name stays, and what is known of its being readonly', () => {
  const setting = (name: string, value: string, at: number, readonly: boolean | null) => ({
    name,
    value,
    readonly,
    at,
    source: 'GetVariables',
    entry: null,
  });
  const all = [setting('b', 'new', 5, null), setting('b', 'old', 1, true), setting('a', '1', 3, null)];
  for (const order of [all, all.toReversed()]) {
    assert.deepEqual(
      lastConfiguration(order, 10).map(({ name, value }) => `${name}=${value}`),
      ['a=1', 'b=new'],
    );
  }
  assert.equal(lastConfiguration(all.toReversed(), 10)[1]?.readonly, true);
  assert.equal(lastConfiguration(all, 1).length, 1);
});
