import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonRecordText, RecordCutter } from './json-records.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';
import { holdsList, isList } from './list-names.ts';

function cut(content: string | Uint8Array, size = Number.POSITIVE_INFINITY): readonly JsonRecordText[] {
  const bytes = Buffer.from(content);
  const cutter = new RecordCutter();
  const records: JsonRecordText[] = [];
  for (let at = 0; at < bytes.length; at += size) records.push(...cutter.push(bytes.subarray(at, at + size)));
  return [...records, ...cutter.end()];
}

/** Line and text, or line and reason; whatever the chunks are. */
function read(content: string): readonly (readonly [number, string])[] {
  const whole = cut(content);
  for (const size of [1, 2, 3, 7]) assert.deepEqual(cut(content, size), whole, `in chunks of ${size}`);
  return whole.map(({ line, text, reason }) => [line, text ?? reason]);
}

test('lines, with blank ones between them', () => {
  assert.deepEqual(read('{"a":1}\n\n  {"b":[{}]}\r\n{"c":"}"}'), [
    [1, '{"a":1}'],
    [3, '{"b":[{}]}'],
    [4, '{"c":"}"}'],
  ]);
});

test('the elements of a list, as they stand, with the line they begin in', () => {
  assert.deepEqual(read('[ {"a":"]},[\\""},\n  {"b" : 1.50,\n "c":9223372036854775807} , {}\n]\n'), [
    [1, '{"a":"]},[\\""}'],
    [2, '{"b" : 1.50,\n "c":9223372036854775807}'],
    [3, '{}'],
  ]);
});

test('the elements of the list that an object holds, with what stands around it', () => {
  const page = '{"count":2,"ocpp_logs":[{"a":{"messages":[{}]}},{"b":2}],"more":{"x":[{}]}}';
  assert.deepEqual(read(page), [
    [1, '{"a":{"messages":[{}]}}'],
    [1, '{"b":2}'],
  ]);
  assert.deepEqual(
    cut(page).map(({ around }) => around),
    ['{"count":2,"ocpp_logs":[]}', '{"count":2,"ocpp_logs":[]}'],
  );
  assert.deepEqual(read('{"results":{"total":1,"logs":[{"a":1}]}}'), [[1, '{"a":1}']]);
  assert.equal(
    cut('{"results":{"total":1,"logs":[{"a":1}]}}')[0]?.around,
    '{"results":{"total":1,"logs":[]}}',
  );
});

test('a list in a record is its own', () => {
  for (const record of [
    '{"payload":{"messages":[{"a":1}]},"b":2}',
    '{"req_cs_profile_sched_schedule_period":[{"limit":1}]}',
    '{"result":{"getVariableResult":[{"a":1}]},"params":[],"result":[]}',
    '{"message":[2,"1","A",{"data":[{}]}]}',
    '{"data":["a",{"b":1}],"x":1}',
  ]) {
    assert.deepEqual(read(record), [[1, record]]);
  }
});

test('several documents one behind the other', () => {
  const first = '{"ocpp_logs":[{"a":1}],"count":2}';
  assert.deepEqual(read(`${first}${first}\n${first}\n[{"b":1}]{"c":1}\n{"ocpp_logs":[],"count":2}\n`), [
    [1, '{"a":1}'],
    [1, '{"a":1}'],
    [2, '{"a":1}'],
    [3, '{"b":1}'],
    [3, '{"c":1}'],
    [4, 'a page without records'],
  ]);
  assert.deepEqual(read(`[${first},${first}]`), [
    [1, '{"a":1}'],
    [1, '{"a":1}'],
  ]);
  assert.deepEqual(read('[[{"a":1}],[{"b":1},{"c":1}]]'), [
    [1, '{"a":1}'],
    [1, '{"b":1}'],
    [1, '{"c":1}'],
  ]);
});

test('what around a list is too long is left out', () => {
  const [record] = cut(`{"metadata":"${'x'.repeat(70_000)}","events":[{"a":1}]}`);
  assert.deepEqual(record, { line: 1, text: '{"a":1}', reason: '', around: '' });
});

test('a record that is broken costs no other one', () => {
  const content = ['{"a":1}', '{"b":"cut', '{"c":2}', '{"d":{"e":', 'restarted at noon', '{"f":3} tail'];
  assert.deepEqual(read(content.join('\n')), [
    [1, '{"a":1}'],
    [2, 'the record breaks off'],
    [3, '{"c":2}'],
    [4, 'the record breaks off'],
    [5, 'no JSON object'],
    [6, '{"f":3}'],
  ]);
  assert.deepEqual(read('[\n  {"a":1},\n  {"b":\n  {"c":2}\n]\n'), [
    [2, '{"a":1}'],
    [3, 'the record breaks off'],
    [4, '{"c":2}'],
  ]);
  assert.deepEqual(read('{"ocpp_logs":[\n{"a":1},{"b"\n{"ocpp_logs":[\n{"c":2}\n]}\n'), [
    [2, '{"a":1}'],
    [2, 'the record breaks off'],
    [4, '{"c":2}'],
  ]);
});

test('what is no JSON is told once a line', () => {
  assert.deepEqual(read('# log\nhello [a] {b}\n{\'c\': 1}\n7\n\n"text"\n2026 INFO {"d":1}\n}\n'), [
    [1, 'no JSON object'],
    [2, 'no JSON object'],
    [3, 'no JSON object'],
    [4, 'no JSON object'],
    [6, 'no JSON object'],
    [7, '{"d":1}'],
    [8, 'no JSON object'],
  ]);
});

test('the end of the file in the middle of a record is told', () => {
  assert.deepEqual(read('[{"a":1},\n{"b":'), [
    [1, '{"a":1}'],
    [2, 'the file ends in the middle of a record'],
  ]);
  assert.deepEqual(read('{"a":"b'), [[1, 'the file ends in the middle of a record']]);
  assert.deepEqual(read(''), []);
});

test('a byte order mark, colours and the hard wrap of a terminal are taken off', () => {
  assert.deepEqual(read('\ufeff{"a":1}'), [[1, '{"a":1}']]);
  assert.deepEqual(
    read('\u001b[1;39m{\u001b[0m"a"\u001b[1;39m:\u001b[0;32m"x"\u001b[0m}\u001b[0m\n{"b":1}'),
    [
      [1, '{"a":"x"}'],
      [2, '{"b":1}'],
    ],
  );
  assert.deepEqual(read('{"a":"x\ny\\\n"z","b":\n1}\n{"c":2}'), [
    [1, '{"a":"xy\\"z","b":\n1}'],
    [5, '{"c":2}'],
  ]);
});

test('a record of 10 MB is read, one over 16 MiB is named, the next one is read', () => {
  const long = (bytes: number) => `{"a":"${'x'.repeat(bytes)}"}`;
  const content = Buffer.from(`${long(10_000_000)}\n${long(LINE_BYTES_MAX)}\n{"b":1}\n`);
  const records = cut(content, 64 * 1024);
  assert.deepEqual(
    records.map(({ line, text, reason }) => [line, text?.length ?? reason]),
    [
      [1, 10_000_008],
      [2, 'the record is longer than 16 MiB'],
      [3, 7],
    ],
  );
});

test('bytes that are no UTF-8 are named', () => {
  assert.deepEqual(
    cut(Buffer.from('{"a":"\xff"}\n{"b":1}', 'latin1')).map(({ text, reason }) => text ?? reason),
    ['the record is not UTF-8', '{"b":1}'],
  );
});

const object = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('payload', 'meterValue', 'n', '__proto__')),
  fc.jsonValue({ maxDepth: 3 }),
);

test('property: every object of a list or of lines is cut out as it stands', () => {
  fc.assert(
    fc.property(fc.array(object), fc.boolean(), fc.boolean(), fc.nat(30), (objects, lines, pretty, size) => {
      const texts = objects.map((each) => JSON.stringify(each, null, pretty ? 2 : 0));
      fc.pre(objects.every((each) => Object.keys(each).every((name) => !isList(name) && !holdsList(name))));
      const content = lines ? texts.join('\n') : `[${texts.join(',\n')}]`;
      assert.deepEqual(
        cut(content, size + 1).map(({ text }) => text),
        texts,
      );
    }),
  );
});

test('property: whatever bytes come, the chunks make no difference and the lines go up', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '\n',
      ' ',
      ',',
      ':',
      '1',
      'x',
      '\u001b[0m',
      '{"a":1}',
      '"data":[{',
      '\ufeff',
      'ä',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const content = pieces.join('');
      const whole = cut(content);
      assert.deepEqual(cut(content, size), whole);
      const lines = whole.map(({ line }) => line);
      assert.ok(lines.every((line) => line >= 1 && line <= content.split('\n').length));
    }),
    { numRuns: 2000 },
  );
});

/** In the shape of real traces: a frame as a text, and as an object. */
const traced = fc
  .record({
    at: fc.integer({ min: 0, max: 1e6 }),
    id: fc.stringMatching(/^[a-z0-9\\"-]{1,12}$/),
    payload: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,9}$/),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string()),
      {
        maxKeys: 6,
      },
    ),
  })
  .map(({ at, id, payload }) => {
    const values = [{ a: { value: payload } }, { b: 12_345.678 }, {}];
    const raw = JSON.stringify([2, id, 'DataTransfer', { data: JSON.stringify(payload), values }]);
    return JSON.stringify({
      schemaVersion: '1.1',
      at,
      raw,
      payload,
      parts: values,
      meta: { at: [payload] },
    });
  });
const wrapAt = (text: string, width: number) => text.replace(new RegExp(`.{${width}}(?!$)`, 'gsu'), '$&\n');
const width = fc.integer({ min: 20, max: 200 });

test('a line that begins with an object goes on with a record, in a text and outside', () => {
  assert.deepEqual(
    read('{"v":1,"raw":"[2,\\"1\\",\n{\\"a\\":1}]","p":\n{"a":1},"l":[\n{"b":12\n34},\n{}]}\n{"v":2}\n'),
    [
      [1, '{"v":1,"raw":"[2,\\"1\\",{\\"a\\":1}]","p":\n{"a":1},"l":[\n{"b":1234},\n{}]}'],
      [7, '{"v":2}'],
    ],
  );
});

test('a member that is as its record is may begin a line', () => {
  assert.deepEqual(read('{"v":1,"p":\n{"v":2}}\n{"v":\n{"v":3}}'), [
    [1, '{"v":1,"p":\n{"v":2}}'],
    [3, '{"v":\n{"v":3}}'],
  ]);
});

test('a record that breaks off where JSON has an object does not take the next one with it', () => {
  assert.deepEqual(read('{"a":\n{"a":1}\n{"a":2}\n'), [
    [1, 'the record breaks off'],
    [2, '{"a":1}'],
    [3, '{"a":2}'],
  ]);
  assert.deepEqual(read('[\n  {"a":[\n  {"a":1},\n  {"b":\n  {"b":2},\n  {"a":3}\n]\n'), [
    [2, 'the record breaks off'],
    [3, '{"a":1}'],
    [4, 'the record breaks off'],
    [5, '{"b":2}'],
    [6, '{"a":3}'],
  ]);
  assert.deepEqual(read('{"a":\n{"b":1}'), [
    [1, 'the record breaks off'],
    [2, '{"b":1}'],
  ]);
});

test('property: records come out of a terminal of any width as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(traced, { maxLength: 6 }),
      width,
      fc.boolean(),
      fc.nat(90),
      (records, columns, list, size) => {
        const lines = records.map((record) => wrapAt(record, columns)).join('\n');
        const content = list ? wrapAt(`[${records.join(',')}]`, columns) : lines;
        assert.deepEqual(
          cut(content, size + 1).map(({ text, reason }) => (text === null ? reason : JSON.parse(text))),
          records.map((record) => JSON.parse(record)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a record begins behind a torn one of which a part had seemed to be a record', () => {
  const torn = '{"v":1,"p":[\n{"b":1}],"m":{"at":[\n';
  assert.deepEqual(read(`${torn}{"v":2,"m":\n{"at":[{}]}}\n{"v":3}`), [
    [1, 'the record breaks off'],
    [2, '{"b":1}'],
    [2, 'the record breaks off'],
    [3, '{"v":2,"m":\n{"at":[{}]}}'],
    [5, '{"v":3}'],
  ]);
});

test('a brace that begins a line at the end of a text begins no record', () => {
  const record = '{"v":"[1]\n{","w" :1,"x":"\n{"\n:2}';
  assert.deepEqual(read(`${record}\n{"v":2}`), [
    [1, '{"v":"[1]{","w" :1,"x":"{"\n:2}'],
    [5, '{"v":2}'],
  ]);
});

test('property: a record that is torn anywhere costs itself, wrapped or not', () => {
  fc.assert(
    fc.property(traced, traced, traced, fc.nat(), fc.option(width), (before, torn, after, at, columns) => {
      const part = torn.slice(0, 1 + (at % (torn.length - 1)));
      const texts = [before, part, after].map((text) => (columns === null ? text : wrapAt(text, columns)));
      // What is left of the torn one need be no JSON.
      const found = cut(texts.join('\n')).flatMap(({ text }) => (text === null ? [] : [text]));
      assert.deepEqual(
        [found[0], found.at(-1)].map((text) => JSON.stringify(JSON.parse(text ?? 'null'))),
        [before, after].map((text) => JSON.stringify(JSON.parse(text))),
      );
    }),
    { numRuns: 3000 },
  );
});
