import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordGiven } from './password-change.ts';

const set = (component: string, variable: string, attributeValue: string) => ({
  attributeValue,
  component: { name: component },
  variable: { name: variable },
});
const result = (attributeStatus: string, component: string, variable: string) => ({
  attributeStatus,
  component: { name: component },
  variable: { name: variable },
});

for (const [what, action, payload, answer, given] of [
  [
    'a key that was accepted',
    'ChangeConfiguration',
    { key: 'AuthorizationKey', value: 'p' },
    { status: 'Accepted' },
    'p',
  ],
  [
    'one that counts after a reboot',
    'ChangeConfiguration',
    { key: 'authorizationkey', value: 'p' },
    { status: 'RebootRequired' },
    'p',
  ],
  [
    'one that was rejected',
    'ChangeConfiguration',
    { key: 'AuthorizationKey', value: 'p' },
    { status: 'Rejected' },
    null,
  ],
  [
    'another key',
    'ChangeConfiguration',
    { key: 'HeartbeatInterval', value: '60' },
    { status: 'Accepted' },
    null,
  ],
  ['another action', 'Reset', { type: 'Soft' }, { status: 'Accepted' }, null],
  [
    'a variable among others',
    'SetVariables',
    {
      setVariableData: [
        set('OCPPCommCtrlr', 'HeartbeatInterval', '60'),
        set('SecurityCtrlr', 'BasicAuthPassword', 'p'),
      ],
    },
    {
      setVariableResult: [
        result('Rejected', 'OCPPCommCtrlr', 'HeartbeatInterval'),
        result('Accepted', 'securityctrlr', 'basicauthpassword'),
      ],
    },
    'p',
  ],
  [
    'a variable that was rejected among some that were not',
    'SetVariables',
    { setVariableData: [set('SecurityCtrlr', 'BasicAuthPassword', 'p')] },
    {
      setVariableResult: [
        result('Accepted', 'OCPPCommCtrlr', 'HeartbeatInterval'),
        result('Rejected', 'SecurityCtrlr', 'BasicAuthPassword'),
      ],
    },
    null,
  ],
  [
    'an answer that is none',
    'SetVariables',
    { setVariableData: [set('SecurityCtrlr', 'BasicAuthPassword', 'p')] },
    [],
    null,
  ],
] as const) {
  test(`${what} gives ${given === null ? 'no password' : 'the password'}`, () => {
    const call = { action, payloadText: JSON.stringify(payload), answerText: JSON.stringify(answer) };
    assert.equal(passwordGiven(call), given);
  });
}
