/** For tests: texts made to cost whoever reads them more than they are long, each of about `length` characters. */

type Make = (length: number) => string;

const MANY =
  (piece: string): Make =>
  (length) =>
    piece.repeat(Math.ceil(length / piece.length));

/** The insides of JSON strings, and texts by themselves. */
const TEXTS: readonly (readonly [string, Make])[] = [
  ['URLs in URLs', MANY('x://b:c/')],
  ['URLs in URLs, and one @', (length) => `${MANY('x://b:c/')(length)} @`],
  ['URLs in URLs that end in @', (length) => `${MANY('x://b:c/')(length)}@h`],
  ['URLs without a host', MANY('://')],
  ['colons before paths', MANY('x://:')],
  ['hosts in brackets', MANY('x://[')],
  ['users', MANY('a://@')],
  ['@ alone', MANY('@')],
  ['years', MANY('2026 ')],
  ['years joined', MANY('2026-')],
  ['dates', MANY('2026-01-01 ')],
  ['dates that do not end', MANY('2026-01-01t10:00:00.')],
  ['tags', MANY('abcd ')],
  ['tags of many lengths', MANY('abcd.ef ')],
  ['pairs of digits', MANY('0a:')],
  ['hexadecimal', MANY('0x')],
  ['escaped quotes', MANY('\\"')],
  ['escaped backslashes', MANY('\\\\')],
  ['escaped letters', MANY('\\u0040')],
  ['escaped URLs', MANY('\\u0078:\\/\\/')],
  ['names and equals signs', MANY('idtag=')],
  ['names and blanks', MANY('uid         ')],
  ['names and colons', MANY('idTag:::')],
  ['names and backslashes', MANY('uid\\\\\\\\')],
  ['elements', MANY('<idtag>')],
  ['elements that do not close', MANY('<idtag x')],
  ['cards', MANY('card id 00')],
  ['commas', MANY('a,')],
  ['blanks', MANY(' ')],
  ['digits', MANY('1')],
  ['letters', MANY('a')],
  ['letters beyond ASCII', MANY('ä')],
  ['OCMF', (length) => `OCMF|{${MANY('}')(length)}`],
  ['Base64', MANY('YWJjZDEyMzQ')],
  ['brackets', MANY('[')],
  ['braces', MANY('{\\"a\\":')],
];

/** What stands where a value may stand. */
const VALUES: readonly (readonly [string, Make])[] = [
  ['lists in lists', (length) => nested('[', ']', length, '1')],
  ['objects in objects', (length) => nested('{"a":', '}', length, '1')],
  ['secrets in objects in objects', (length) => nested('{"simPin":"1","a":', '}', length, '1')],
  ['secrets in lists', (length) => `{"simPin":[${many('"1",', length)}1]}`],
  ['URLs in lists', (length) => `[${many('"x://a:b@c",', length)}1]`],
  [
    'secrets of one name, far in',
    (length) => nested('{"a":', '}', length / 2, `{${many('"simPin":1,"vpnKey":2,', length / 2)}"b":1}`),
  ],
  [
    'values in lists in a list of attributes',
    (length) =>
      `{"variableAttribute":${nested('[', ']', length / 2, `[${many('{"value":1},', length / 2)}1]`)}}`,
  ],
  [
    'attributes in attributes',
    (length) => nested('{"variableAttribute":{"value":1,"x":2,"y":', '}}', length, '1'),
  ],
  [
    'attributes one in another',
    (length) => nested('{"value":"abcd","variableAttribute":', '}', length, '{"value":"abcd"}'),
  ],
  ['keys', (length) => `{"configurationKey":[${many('{"key":"idTag","value":"abcd1234"},', length)}{}]}`],
  ['tags of one first word', (length) => `{"idTag":[${wordLists(length)}"a"]}`],
  ['tokens', (length) => `{"idTokens":{${many('"a":"abcd1234",', length)}"b":"abcd1234"}}`],
  ['members of one name', (length) => `{${many('"a":1,', length)}"a":1}`],
  ['long numbers', (length) => `[${many('12345678901234567890,', length)}1]`],
  ['one number', (length) => `[${'1'.repeat(length)}]`],
  ['blanks between', (length) => `[${' '.repeat(length)}1]`],
  [
    'meter values',
    (length) => `[${many('{"sampledValue":[{"value":"1","measurand":"a"}],"timestamp":"2026"},', length)}{}]`,
  ],
  [
    'sampled values',
    (length) =>
      `[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[${many('{"value":"1","unit":"Wh"},', length)}{"value":"2"}]}]`,
  ],
  [
    'periods',
    (length) =>
      `{"chargingSchedule":{"chargingSchedulePeriod":[${many('{"startPeriod":0,"limit":1},', length)}{}]}}`,
  ],
  ['strings in strings', (length) => escaped(length)],
];

function many(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function nested(open: string, close: string, length: number, inmost: string): string {
  const depth = Math.ceil(length / (open.length + close.length));
  return `${open.repeat(depth)}${inmost}${close.repeat(depth)}`;
}

/** Ids that begin with one word and have many lengths, then a text of that word alone. */
function wordLists(length: number): string {
  let list = '';
  for (let at = 0; list.length < length / 2; at++) list += `"2026${' a'.repeat(1 + (at % 120))}${at}",`;
  return `${list}"${many('2026 a ', length / 2)}",`;
}

/** JSON in strings of JSON, four deep. */
function escaped(length: number): string {
  let text = `[${many('"idTag=abcd1234",', length / 16)}1]`;
  for (let depth = 0; depth < 4; depth++) text = JSON.stringify(text);
  return text;
}

/** Name and maker of a whole frame, or of a text that is none. */
export const HOSTILE_TEXTS: readonly (readonly [string, Make])[] = [
  ...TEXTS.flatMap(([name, make]): [string, Make][] => [
    [`${name}, in DataTransfer`, (length) => call('DataTransfer', `"data":"${make(length)}"`)],
    [`${name}, beside a tag`, (length) => call('Authorize', `"idTag":"2026","info":"${make(length)}"`)],
    [`${name}, as a tag`, (length) => call('Authorize', `"idTag":"${make(length)}"`)],
    [`${name}, torn`, (length) => `[2,"m","Authorize",{"idTag":"2026","a":"${make(length)}`],
    [`${name}, by itself`, make],
  ]),
  ...VALUES.flatMap(([name, make]): [string, Make][] => [
    [`${name}, in DataTransfer`, (length) => call('DataTransfer', `"idTag":"2026","data":${make(length)}`)],
    [
      `${name}, as meter values`,
      (length) => call('MeterValues', `"connectorId":1,"meterValue":${make(length)}`),
    ],
    [`${name}, as an error`, (length) => `[4,"m","InternalError","",{"a":${make(length)}}]`],
    [`${name}, torn`, (length) => `[2,"m","MeterValues",{"meterValue":${make(length).slice(0, -3)}`],
  ]),
];

function call(action: string, members: string): string {
  return `[2,"m","${action}",{${members}}]`;
}
