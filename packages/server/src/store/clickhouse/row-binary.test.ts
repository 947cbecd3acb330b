import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowBinary } from './row-binary.ts';

test('each type is read as ClickHouse writes it', () => {
  const long = 'x'.repeat(300);
  const bytes = Buffer.concat([
    Buffer.from('05fffe00c328', 'hex'),
    Buffer.from([0xac, 0x02]),
    Buffer.from(long),
    Buffer.from('ffffffffffffff7f', 'hex'),
    Buffer.from('ffffffffffffffff', 'hex'),
    Buffer.from('feffffff', 'hex'),
    Buffer.from('000000000000e03f', 'hex'),
    Buffer.from('01', 'hex'),
    Buffer.from('0007', 'hex'),
    Buffer.from('0201610162', 'hex'),
  ]);
  const row = new RowBinary(bytes);
  assert.deepEqual(row.bytes().toString('hex'), 'fffe00c328');
  assert.equal(row.text(), long);
  assert.equal(row.uint64(), 2n ** 63n - 1n);
  assert.equal(row.int64(), -1n);
  assert.equal(row.int32(), -2);
  assert.equal(row.double(), 0.5);
  assert.equal(
    row.nullable(() => row.byte()),
    null,
  );
  assert.equal(
    row.nullable(() => row.byte()),
    7,
  );
  assert.deepEqual(row.texts(), ['a', 'b']);
  assert.ok(row.ended);
});

test('rows that end too early, or tell lengths without an end, are refused', () => {
  assert.throws(() => new RowBinary(Buffer.from([5, 1])).text(), /end in the midst/);
  assert.throws(() => new RowBinary(Buffer.alloc(9, 0xff)).text(), /length/);
});
