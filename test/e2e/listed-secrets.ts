/** Every secret that must never be stored, in frames as stations and CSMSs send them. */

export interface SecretFrame {
  readonly by: 'station' | 'csms';
  /** `SECRET` stands for one that occurs nowhere else. */
  readonly text: string;
  /** What the other side says to it. */
  readonly answer?: string;
}

const KEY = '{"key":"AuthorizationKey","value":"SECRET"}';
const TOKEN = '{"idToken":"SECRET","type":"KeyCode"}';
const PASSWORD = '"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}';
const TIME = '2026-01-05T10:00:00Z';

export const SECRETS_16: readonly SecretFrame[] = [
  {
    by: 'csms',
    text: `[2,"a1","ChangeConfiguration",${KEY}]`,
    answer: '[3,"a1",{"status":"Accepted"}]',
  },
  {
    by: 'csms',
    text: '[2,"a2","GetConfiguration",{"key":["authorizationkey"]}]',
    answer: '[3,"a2",{"configurationKey":[{"key":"authorizationkey","readonly":false,"value":"SECRET"}]}]',
  },
  {
    by: 'csms',
    text: '[2,"a3","GetDiagnostics",{"location":"ftp://user:SECRET@files.example/up"}]',
    answer: '[3,"a3",{"fileName":"ftps://SECRET:x@files.example/OpenlySaid.zip"}]',
  },
  {
    by: 'csms',
    text: `[2,"a4","ChangeConfiguration",${KEY.replace('Auth', '\\u0041uth')}]`,
    answer: `[4,"a4","InternalError","could not set {\\"AuthorizationKey\\":\\"SECRET\\"}",${KEY}]`,
  },
  {
    by: 'station',
    text: '[2,"a5","DataTransfer",{"vendorId":"OpenlySaid","data":"{\\"AuthorizationKey\\":\\"SECRET\\"}"}]',
    answer: '[3,"a5",{"status":"Accepted","data":"{\\"BasicAuthPassword\\":\\"SECRET\\"}"}]',
  },
  {
    by: 'station',
    text: '[2,"a6","DataTransfer",{"vendorId":"OpenlySaid","MaintenancePin":"SECRET"}]',
    answer: '[3,"a6",{"status":"Accepted"}]',
  },
  { by: 'station', text: '[2,"a7","ChangeConfiguration",{"key":"AuthorizationKey","value":"SECRET"' },
  { by: 'station', text: `[3,"nobody asked",{"configurationKey":[${KEY}]}]` },
];

export const SECRETS_2: readonly SecretFrame[] = [
  {
    by: 'station',
    text: `[2,"b1","Authorize",{"idToken":${TOKEN}}]`,
    answer: `[3,"b1",{"idTokenInfo":{"status":"Accepted","groupIdToken":${TOKEN}}}]`,
  },
  {
    by: 'station',
    text: '[2,"b2","Authorize",{"idToken":{"additionalInfo":[{"additionalIdToken":"SECRET","type":"OpenlySaid"}],"idToken":"SECRET","type":"Key\\u0043ode"}}]',
    answer: '[3,"b2",{"idTokenInfo":{"status":"Accepted"}}]',
  },
  {
    by: 'station',
    text: `[2,"b3","TransactionEvent",{"eventType":"Started","timestamp":"${TIME}","triggerReason":"Authorized","seqNo":0,"transactionInfo":{"transactionId":"t"},"idToken":${TOKEN}}]`,
    answer: '[3,"b3",{}]',
  },
  {
    by: 'station',
    text: `[2,"b4","NotifyReport",{"requestId":1,"generatedAt":"${TIME}","seqNo":0,"reportData":[{${PASSWORD},"variableAttribute":[{"value":"SECRET"}]}]}]`,
    answer: '[3,"b4",{}]',
  },
  {
    by: 'csms',
    text: `[2,"b5","SetVariables",{"setVariableData":[{"attributeValue":"SECRET",${PASSWORD}}]}]`,
    answer: `[3,"b5",{"setVariableResult":[{"attributeStatus":"Accepted",${PASSWORD}}]}]`,
  },
  {
    by: 'csms',
    text: `[2,"b6","GetVariables",{"getVariableData":[{${PASSWORD}}]}]`,
    answer: `[3,"b6",{"getVariableResult":[{"attributeStatus":"Accepted","attributeValue":"SECRET",${PASSWORD}}]}]`,
  },
  {
    by: 'csms',
    text: '[2,"b7","SetNetworkProfile",{"configurationSlot":1,"connectionData":{"ocppCsmsUrl":"wss://user:SECRET@csms.example","basicAuthPassword":"SECRET","apn":{"apn":"a","apnPassword":"SECRET","simPin":735190},"vpn":{"server":"s","user":"OpenlySaid","password":"SECRET","key":"SECRET","type":"IPSec"}}}]',
    answer: '[3,"b7",{"status":"Accepted"}]',
  },
  {
    by: 'csms',
    text: `[2,"b8","RequestStartTransaction",{"remoteStartId":1,"idToken":${TOKEN}}]`,
    answer: '[3,"b8",{"status":"Accepted"}]',
  },
  {
    by: 'csms',
    text: `[2,"b9","SendLocalList",{"versionNumber":1,"updateType":"Full","localAuthorizationList":[{"idToken":${TOKEN}}]}]`,
    answer: '[3,"b9",{"status":"Accepted"}]',
  },
  {
    by: 'csms',
    text: '[2,"b10","GetLog",{"logType":"SecurityLog","requestId":1,"log":{"remoteLocation":"sftp://u:SE\\u0043RET@files.example/"}}]',
    answer: '[3,"b10",{"status":"Accepted"}]',
  },
  { by: 'station', text: `[2,"b11","Authorize",{"idToken":${TOKEN}` },
];

/** The frames with a secret of one way in. */
export function withSecret(frames: readonly SecretFrame[], secret: string): readonly SecretFrame[] {
  const put = (text: string) => text.replaceAll('SECRET', secret).replaceAll('SE\\u0043RET', secret);
  return frames.map(({ by, text, answer }) => ({
    by,
    text: put(text),
    ...(answer === undefined ? {} : { answer: put(answer) }),
  }));
}
