import assert from 'node:assert/strict';
import test from 'node:test';
import { readMessage, readTruncated } from './read-message.ts';
import { redact, secretInMalformed } from './redact.ts';

/** The masked text and paths of a frame. */
function masked(
  text: string,
  action: string | null = null,
  extra: readonly string[] = [],
): [string, readonly string[]] {
  const { text: after, redacted } = redact(text, readMessage(text), action, extra);
  return [after, redacted];
}

/** That `secret` alone is masked in `text`, where it stands once or more often. */
function assertMasks(
  text: string,
  secret: string,
  paths: readonly string[],
  action: string | null = null,
): void {
  assert.deepEqual(masked(text, action), [text.replaceAll(secret, '***'), paths]);
}

function assertLeft(text: string, action: string | null = null): void {
  assert.deepEqual(masked(text, action), [text, []]);
}

test('a KeyCode is masked wherever it stands, whatever comes first', () => {
  assertMasks('[2,"1","Authorize",{"idToken":{"idToken":"1234","type":"KeyCode"}}]', '1234', [
    'idToken.idToken',
  ]);
  assertMasks('[2,"1","Authorize",{ "idToken" : {"type":"KeyCode", "idToken" : "1234"}}]', '1234', [
    'idToken.idToken',
  ]);
  const list =
    '[2,"1","SendLocalList",{"localAuthorizationList":[{"idToken":{"idToken":"A1","type":"Central"}},';
  assertMasks(`${list}{"idToken":{"idToken":"1234","type":"KeyCode"}}]}]`, '1234', [
    'localAuthorizationList[1].idToken.idToken',
  ]);
});

test('a KeyCode is known by any spelling', () => {
  assertMasks('[2,"1","Authorize",{"idToken":{"idToken":"1234","type":"\\u004beyCode"}}]', '1234', [
    'idToken.idToken',
  ]);
  assertMasks('[2,"1","Authorize",{"idToken":{"idT\\u006fken":"1234","typ\\u0065":"KEYCODE"}}]', '1234', [
    'idToken.idToken',
  ]);
  assertMasks('[2,"1","Authorize",{"idToken":{"idToken":"1\\"2\\u0034","type":"KeyCode"}}]', '1\\"2\\u0034', [
    'idToken.idToken',
  ]);
});

test('the additional information of a KeyCode is masked, and one that is a KeyCode itself', () => {
  assert.deepEqual(
    masked(
      '[2,"1","Authorize",{"idToken":{"additionalInfo":[{"additionalIdToken":"77","type":"PIN"}],"idToken":"1","type":"KeyCode"}}]',
    ),
    [
      '[2,"1","Authorize",{"idToken":{"additionalInfo":[{"additionalIdToken":"***","type":"PIN"}],"idToken":"***","type":"KeyCode"}}]',
      ['idToken.additionalInfo[0].additionalIdToken', 'idToken.idToken'],
    ],
  );
  assertMasks(
    '[2,"1","Authorize",{"idToken":{"additionalInfo":[{"additionalIdToken":"77","type":"KeyCode"}],"idToken":"1","type":"Central"}}]',
    '77',
    ['idToken.additionalInfo[0].additionalIdToken'],
  );
});

test('another token stays', () => {
  assertLeft('[2,"1","Authorize",{"idToken":{"idToken":"KeyCode","type":"ISO14443"}}]');
  assertLeft('[2,"1","Authorize",{"idToken":{"idToken":"1234","type":"KeyCodes"}}]');
  assertLeft('[2,"1","KeyCode",{"type":{"type":"KeyCode"}}]');
});

test('a PIN that is a number becomes masked text; what tells nothing stays', () => {
  assert.deepEqual(masked('[2,"1","Authorize",{"idToken":{"idToken":1234,"type":"KeyCode"}}]'), [
    '[2,"1","Authorize",{"idToken":{"idToken":"***","type":"KeyCode"}}]',
    ['idToken.idToken'],
  ]);
  assertLeft('[2,"1","Authorize",{"idToken":{"idToken":null,"type":"KeyCode"}}]');
});

test('AuthorizationKey is masked in ChangeConfiguration and in the answer of GetConfiguration', () => {
  assertMasks('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"s3cret"}]', 's3cret', [
    'value',
  ]);
  assertMasks('[2,"1","ChangeConfiguration",{"value":"s3cret","key":"authorizationkey"}]', 's3cret', [
    'value',
  ]);
  const other = '{"key":"HeartbeatInterval","readonly":false,"value":"300"}';
  const answer = `[3,"1",{"configurationKey":[${other},{"key":"AuthorizationKey","readonly":false,"value":"s3cret"}],"unknownKey":["x"]}]`;
  assertMasks(answer, 's3cret', ['configurationKey[1].value'], 'GetConfiguration');
  assertMasks(answer, 's3cret', ['configurationKey[1].value'], null);
  assertLeft('[2,"1","GetConfiguration",{"key":["AuthorizationKey"]}]');
  assertLeft('[3,"1",{"configurationKey":[],"unknownKey":["AuthorizationKey"]}]', 'GetConfiguration');
});

test('BasicAuthPassword is masked in SetVariables and its like', () => {
  const variable = '"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}';
  assertMasks(
    `[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"s3cret",${variable}}]}]`,
    's3cret',
    ['setVariableData[0].attributeValue'],
  );
  const got = `{"getVariableResult":[{"attributeStatus":"Accepted",${variable},"attributeValue":"s3cret"}]}`;
  assertMasks(`[3,"1",${got}]`, 's3cret', ['getVariableResult[0].attributeValue'], 'GetVariables');
  assertMasks(
    `[2,"1","NotifyReport",{"reportData":[{${variable},"variableAttribute":[{"type":"Actual","value":"s3cret"}]}]}]`,
    's3cret',
    ['reportData[0].variableAttribute[0].value'],
  );
  assertMasks(`[2,"1","NotifyEvent",{"eventData":[{"actualValue":"s3cret",${variable}}]}]`, 's3cret', [
    'eventData[0].actualValue',
  ]);
  const monitors = `"variableMonitoring":[{"id":1,"value":5}]`;
  assertLeft(`[2,"1","NotifyMonitoringReport",{"monitor":[{${variable},${monitors}}]}]`);
  assertLeft(
    `[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"1","component":{"name":"BasicAuthPassword"},"variable":{"name":"Enabled"}}]}]`,
  );
});

test('passwords, PINs and keys of SetNetworkProfile are masked', () => {
  const text =
    '[2,"1","SetNetworkProfile",{"configurationSlot":1,"connectionData":{"basicAuthPassword":"a1","apn":{"apn":"x","apnUserName":"u","apnPassword":"a2","simPin":1234},"vpn":{"server":"s","user":"u","password":"a3","key":"a4","type":"IPSec"}}}]';
  assert.deepEqual(masked(text), [
    '[2,"1","SetNetworkProfile",{"configurationSlot":1,"connectionData":{"basicAuthPassword":"***","apn":{"apn":"x","apnUserName":"u","apnPassword":"***","simPin":"***"},"vpn":{"server":"s","user":"u","password":"***","key":"***","type":"IPSec"}}}]',
    [
      'connectionData.basicAuthPassword',
      'connectionData.apn.apnPassword',
      'connectionData.apn.simPin',
      'connectionData.vpn.password',
      'connectionData.vpn.key',
    ],
  ]);
  assertLeft('[2,"1","DataTransfer",{"vpn":"x","apn":{"password":"open","key":"k"}}]');
});

test('password and key of a VPN are masked where nothing else is secret', () => {
  assertMasks('[2,"1","SetNetworkProfile",{"connectionData":{"vpn":{"user":"u","key":"a4"}}}]', 'a4', [
    'connectionData.vpn.key',
  ]);
});

test('user-info is masked in every URL', () => {
  assertMasks('[2,"1","GetDiagnostics",{"location":"ftp://user:pass@host/dir"}]', 'user:pass', ['location']);
  assertMasks(
    '[2,"1","GetDiagnostics",{"location":"ftp:\\/\\/us\\u0065r:pass@host\\/"}]',
    'us\\u0065r:pass',
    ['location'],
  );
  assertMasks('[2,"1","GetLog",{"log":{"remoteLocation":"sftp://u:p\\u0040host"}}]', 'u:p', [
    'log.remoteLocation',
  ]);
  assertMasks('[4,"1","InternalError","no ftp://u:p@h",{"url":"http://u:p@h"}]', 'u:p', [
    'description',
    'details.url',
  ]);
  assertLeft('[2,"1","GetDiagnostics",{"location":"https://host/a@b"}]');
});

test('a text inside data of DataTransfer, or of an error, that names a secret is masked whole', () => {
  const data = '{\\"idToken\\":\\"1234\\",\\"type\\":\\"KeyCode\\"}';
  const text = `[2,"1","DataTransfer",{"vendorId":"v","data":"${data}"}]`;
  assertMasks(text, data, ['data']);
  assertMasks(`[3,"1",{"status":"Accepted","data":"${data}"}]`, data, ['data'], 'DataTransfer');
  assertMasks(`[3,"1",{"status":"Accepted","data":"${data}"}]`, data, ['data'], null);
  const escaped = data.replace('KeyCode', '\\\\u004beyCode');
  assertMasks(`[2,"1","DataTransfer",{"data":"${escaped}"}]`, escaped, ['data']);
  assertMasks(`[4,"1","InternalError","","bad: ${data}"]`, `bad: ${data}`, ['details']);
  assertLeft('[2,"1","DataTransfer",{"vendorId":"v","data":"KeyCode is not offered"}]');
  assertLeft(`[2,"1","NotifyEvent",{"data":"${data}"}]`);
});

test('configured names are masked as members, configuration keys and variables', () => {
  const extra = ['WifiPassphrase', 'vendor.key', '(', ''];
  assert.deepEqual(
    masked('[2,"1","DataTransfer",{"data":{"wifiPassphrase":["a",{"b":"c"}]}}]', null, extra),
    [
      '[2,"1","DataTransfer",{"data":{"wifiPassphrase":["***",{"b":"***"}]}}]',
      ['data.wifiPassphrase[0]', 'data.wifiPassphrase[1].b'],
    ],
  );
  const changed = '[2,"1","ChangeConfiguration",{"key":"vendor.key","value":"***"}]';
  assert.deepEqual(masked(changed.replace('***', 'x'), null, extra), [changed, ['value']]);
  assert.deepEqual(
    masked('[2,"1","ChangeConfiguration",{"key":"vendorXkey","value":"x"}]', null, extra)[1],
    [],
  );
});

test('a message is read again from what is left of it', () => {
  const text = '[2,"1","Authorize",{"idToken":{"idToken":"12345678","type":"KeyCode"}}]';
  const { text: after, message } = redact(text, readMessage(text), null);
  assert.ok(message.kind === 'call');
  assert.deepEqual(message.payload, { idToken: { idToken: '***', type: 'KeyCode' } });
  assert.equal(after.slice(message.payloadSpan?.start, message.payloadSpan?.end), after.slice(19, -1));
});

test('an empty secret stays, and masking twice changes nothing more', () => {
  assertLeft('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":""}]');
  assertLeft('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"***"}]');
  assertLeft('[2,"1","GetDiagnostics",{"location":"ftp://***@host/dir"}]');
});

test('of a frame that was too long nothing of a payload that names a secret is kept', () => {
  const text = '[2,"1","DataTransfer",{"idToken":{"type":"KeyCode","idToken":"12';
  const { text: after, redacted, message } = redact(text, readTruncated(text), null);
  assert.deepEqual([after, redacted, message.kind], ['[2,"1","DataTransfer",', ['payload'], 'call']);
  const url = '[3,"1",{"a":"ftp://u:p@h","b":"xx';
  assert.equal(redact(url, readTruncated(url), null).text, url.replace('u:p', '***'));
});

test('a malformed text that names a secret is told, in any spelling, and URLs in others are masked', () => {
  for (const name of [
    'KeyCode',
    'AuthorizationKey',
    'BasicAuthPassword',
    'basicauthpassword',
    'K\\u0065yCode',
  ]) {
    assert.ok(secretInMalformed(`[2,"1","X",{"a":"${name}"`), name);
  }
  assert.ok(secretInMalformed('{"wifi', ['wifi']));
  assert.ok(!secretInMalformed('[2,"1","X",{"a":"Key","b":"Code"'));
  const text = 'GET ftp:\\/\\/u:p@h';
  assert.equal(redact(text, readMessage(text), null).text, 'GET ftp:\\/\\/***@h');
});

test('of a frame that was too long the id stays, or it would pair no more', () => {
  const text = '[3,"ftp://u:p@h",{"a":"ftp://u:p@h","b":"xx';
  const { text: after, message } = redact(text, readTruncated(text), null);
  assert.equal(after, '[3,"ftp://u:p@h",{"a":"ftp://***@h","b":"xx');
  assert.ok(message.kind === 'result' && message.id === 'ftp://u:p@h');
});

test('all is masked, but not more than 100 paths are told', () => {
  const text = `[2,"1","X",{"simPin":[${Array.from({ length: 150 }, () => '12').join()}]}]`;
  const [after, paths] = masked(text);
  assert.ok(!after.includes('12'));
  assert.equal(paths.length, 100);
});

test('any depth is masked', () => {
  const depth = 50_000;
  const text = `[2,"1","DataTransfer",${'{"a":'.repeat(depth)}{"simPin":"12"}${'}'.repeat(depth)}]`;
  assert.equal(redact(text, readMessage(text), null).text, text.replace('"12"', '"***"'));
});
