import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsvCutter } from './csv-cutter.ts';
import { type CsvRow, csvRowsOf } from './csv-rows.ts';
import { LINE_BYTES_MAX } from './line-cutter.ts';
import { chunksOf } from './source-double.ts';

const cells = ({ line, cells: read, reason }: CsvRow) => [line, read ?? reason];

async function rowsOf(content: string | Uint8Array, size = 64 * 1024) {
  return (await Array.fromAsync(csvRowsOf(chunksOf(content, size)))).flat().map(cells);
}

test('rows with the line they begin in; cells hold line ends, delimiters and quotes', async () => {
  const content = '\ufefftime,msg\r\n1,"a,""b""\r\nc"\r\n\r\n2,\r\n3,"d"';
  for (const size of [1, 3, 8, 1000]) {
    assert.deepEqual(await rowsOf(content, size), [
      [1, ['time', 'msg']],
      [2, ['1', 'a,"b"\r\nc']],
      [5, ['2', '']],
      [6, ['3', 'd']],
    ]);
  }
});

test('what parts the cells is told by the first line', async () => {
  for (const delimiter of [',', ';', '\t', '|']) {
    assert.deepEqual(await rowsOf(`a${delimiter}b${delimiter}c\n1${delimiter}"2,;"${delimiter}3\n`), [
      [1, ['a', 'b', 'c']],
      [2, ['1', '2,;', '3']],
    ]);
  }
});

test('quotes in bare cells, behind a closing quote and behind backslashes', async () => {
  assert.deepEqual(await rowsOf('a,b\nsaid "no",1\n"x" y,2\n'), [
    [1, ['a', 'b']],
    [2, ['said "no"', '1']],
    [3, ['"x" y', '2']],
  ]);
  assert.deepEqual(await rowsOf('a,"[2,\\"1\\",\\"x\\\\\\"\\"]",b\nc,"{\\"d\\":1}",e\n'), [
    [1, ['a', '[2,"1","x\\""]', 'b']],
    [2, ['c', '{"d":1}', 'e']],
  ]);
});

test('a row whose quote is not closed costs no other one', async () => {
  const content =
    'time,msg\n2026-01-31T12:00:00Z,"ok"\n2026-01-31T12:00:01Z,"cut\n2026-01-31T12:00:02Z,"ok"\n';
  for (const size of [1, 5, 1000]) {
    assert.deepEqual(await rowsOf(content, size), [
      [1, ['time', 'msg']],
      [2, ['2026-01-31T12:00:00Z', 'ok']],
      [3, 'the row breaks off'],
      [4, ['2026-01-31T12:00:02Z', 'ok']],
    ]);
  }
  assert.deepEqual(await rowsOf('a,b\n1,"cut\n2,x\n'), [
    [1, ['a', 'b']],
    [2, 'the file ends in the middle of a row'],
  ]);
});

test('a row that a terminal broke goes on: in a pair of quotes, before a cell and in a bare one', async () => {
  const content =
    'time,id,msg,way\n2026-01-31T12:00:00Z,CP_1,"[""a"\n",1]",s\nent\n2026-01-31T12:00:01Z,\r\n"CP_1","x",\n"y"\n' +
    '2026-01-31T12:00:02Z,C\nP_1,"z",t\n"",CP_1,"q",t\n';
  for (const size of [1, 3, 8, 1000]) {
    assert.deepEqual(await rowsOf(content, size), [
      [1, ['time', 'id', 'msg', 'way']],
      [2, ['2026-01-31T12:00:00Z', 'CP_1', '["a",1]', 's']],
      [4, ['ent']],
      [5, ['2026-01-31T12:00:01Z', 'CP_1', 'x', 'y']],
      [8, ['2026-01-31T12:00:02Z', 'CP_1', 'z', 't']],
      [10, ['', 'CP_1', 'q', 't']],
    ]);
  }
});

test('a row that a terminal broke behind a backslash', async () => {
  const content =
    'time,msg\n2026-01-31T12:00:00Z,"[2,\\"1\\",\\\n"x\\"]"\n2026-01-31T12:00:01Z,"[2\\\n2026-01-31T12:00:02Z,"[3]"\n';
  for (const size of [1, 3, 8, 1000]) {
    assert.deepEqual(await rowsOf(content, size), [
      [1, ['time', 'msg']],
      [2, ['2026-01-31T12:00:00Z', '[2,"1","x"]']],
      [4, 'the row breaks off'],
      [5, ['2026-01-31T12:00:02Z', '[3]']],
    ]);
  }
});

test('a row of 10 MB is read, one over 16 MiB is named, the next one is read', async () => {
  const long = (bytes: number) => `1,"${'x'.repeat(bytes / 2)}\n${'"",'.repeat(bytes / 6)}"\n`;
  const rows = await rowsOf(`a,b\n${long(9_999_996)}${long(LINE_BYTES_MAX + 2)}2,z\n`);
  assert.deepEqual(
    rows.map(([line, row]) => [line, Array.isArray(row) ? row.map(({ length }) => length) : row]),
    [
      [1, [1, 1]],
      [2, [1, 4_999_998 + 1 + (2 * 9_999_996) / 6]],
      [4, 'the row is longer than 16 MiB'],
      [6, [1, 1]],
    ],
  );
});

test('a cell of JSON goes on behind two quotes that a line end parts only if its brackets are closed at its end', async () => {
  const time = '2026-01-31T12:00:00Z';
  const table = (...lines: readonly string[]) => `time,msg\n${time},${lines.join('\n')}\n`;
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    [
      table('"[""a"', '",""b]"', '",[1]]"', '"x",y'),
      [
        [time, '["a","b]",[1]]'],
        ['x', 'y'],
      ],
    ],
    [table('"[""a"', '",""b]"'), [[time, '["a'], [',"b]']]],
    [table('"[""a"', '",1]","z"'), [[time, '["a",1]', 'z']]],
    [
      table('"[2,1"', '"x","y"'),
      [
        [time, '[2,1'],
        ['x', 'y'],
      ],
    ],
    [
      table('"[""a"', `${time},"[1]"`),
      [
        [time, '["a'],
        [time, '[1]'],
      ],
    ],
    [
      table('"[1]x"', '"]","y"'),
      [
        [time, '[1]x'],
        [']', 'y'],
      ],
    ],
    [
      table(`"[""a"`, ...Array<string>(400).fill('""",""a"'), '",1]"'),
      [[time, '["a'], ...Array<string[]>(400).fill(['","a']), [',1]']],
    ],
  ];
  for (const [content, rows] of cases) {
    for (const size of [1, 7, 5000]) {
      assert.deepEqual(
        (await rowsOf(content, size)).slice(1).map(([, row]) => row),
        rows,
        content.slice(0, 80),
      );
    }
  }
});

test('where a wrapped cell is cut into chunks makes no difference', () => {
  const time = '2026-01-31T12:00:00Z';
  const wrapped = `${time},"[""a"\r\n",""b]"\n",[1]]"\n${time},z\n`;
  for (let seen = 0; seen <= wrapped.length; seen += 1) {
    const head = `time,msg\n${time},`;
    const content = `${head}${'x'.repeat(64 * 1024 - seen - head.length - 1)}\n${wrapped}`;
    const cutter = new CsvCutter({ delimiter: ',', escapedBy: '"' });
    const bytes = Buffer.from(content);
    const blocks = [
      cutter.push(bytes.subarray(0, 64 * 1024)),
      cutter.push(bytes.subarray(64 * 1024)),
      cutter.end(),
    ];
    const rows = blocks.flatMap((block) => block.rows);
    assert.deepEqual(
      rows.map(({ line, breaks, reason }) => [line, breaks, reason]),
      [
        [1, [], ''],
        [2, [], ''],
        [3, [28, 36], ''],
        [6, [], ''],
      ],
    );
  }
});

test('a wrapped cell of which the end does not come is not waited for without end', () => {
  const cutter = new CsvCutter({ delimiter: ',', escapedBy: '"' });
  cutter.push(Buffer.from('t,m\n2026-01-31T12:00:00Z,"[""a"\n",'));
  const rows: number[] = [];
  for (let mebibytes = 0; mebibytes < 40; mebibytes += 1) {
    rows.push(...cutter.push(Buffer.alloc(1024 * 1024, 'x')).rows.map(({ line }) => line));
  }
  assert.deepEqual(rows, [1, 2]);
});

const cell = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'a"b', 'x,y', 'l\nm', '"', '2026-01-31T12:00:00Z'),
  fc.constantFrom('[', '["a', '[2,"\\', '\\', 'b"]', '"]', ']', '{"c":', '","', '[\\"a\\"]'),
);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const written = (row: readonly string[]) => row.map(quoted).join(',');
/** Of what a row begins with; '' where that is no time. */
function shape(row: readonly string[]): string {
  const begin = written(row).slice(0, 10);
  return begin.replace(/\D/g, '').length < 6 ? '' : begin.replace(/\d/g, '9').replace(/[a-z]/gi, 'a');
}
/** Brackets that are open outside the texts of JSON. */
function open(json: string): number {
  const bare = json.replace(/[\r\n]/g, '').replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, '');
  return bare.replace(/[^[{]/g, '').length - bare.replace(/[^\]}]/g, '').length;
}

/** Two rows are one where the cells that meet are one of JSON, broken in a pair of quotes. */
function asRead(table: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let known = '';
  let row: readonly string[] = [];
  for (const [at, line] of table.entries()) {
    const [first = '', ...others] = line;
    row = row.length === 0 ? line : [...row.slice(0, -1), `${row.at(-1)}"${first}`, ...others];
    known ||= shape(row);
    const [last = '', next] = [row.at(-1), table[at + 1]];
    const opens = known !== '' && /^[[{]/.test(last) && open(last) > 0;
    if (opens && next !== undefined && shape(next) !== known && open(`${last}"${next[0]}`) === 0) continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

test('property: every table of quoted cells is read as it was written, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      async (table, size) => {
        const content = `h,h\n${table.map(written).join('\n')}\n`;
        const read = await rowsOf(content, size);
        assert.deepEqual(
          read.slice(1).map(([, row]) => row),
          asRead(table),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('property: whatever bytes come, the chunks make no difference', async () => {
  const piece = fc.constantFrom(
    ...['"', '""', ',', ';', '\n', '\r\n', '\\', 'a', '2026-01-31T', '[2,', '{', 'ä', '\u0000', '\ufeff'],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      async (pieces, size) => {
        const content = pieces.join('');
        assert.deepEqual(await rowsOf(content, size), await rowsOf(content));
      },
    ),
    { numRuns: 1000 },
  );
});
