import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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

const cell = fc.oneof(fc.string(), fc.constantFrom('', 'a"b', 'x,y', 'l\nm', '"', '2026-01-31T12:00:00Z'));
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('property: every table of quoted cells is read as it was written, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      async (table, size) => {
        // A backslash before a quote is how other tables write one.
        fc.pre(!table.flat().some((text) => text.includes('\\')));
        // JSON that is not closed goes on in the next line, where a terminal broke it.
        fc.pre(!table.flat().some((text) => /^[[{]/.test(text) && !/[\]}]$/.test(text)));
        const content = `h,h\n${table.map((row) => row.map(quoted).join(',')).join('\n')}\n`;
        const read = await rowsOf(content, size);
        assert.deepEqual(
          read.slice(1).map(([, row]) => row),
          table,
        );
      },
    ),
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
