import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../command.ts';
import { readAddress } from './target.ts';

test('an address names interface, user and database, with TLS or without', () => {
  assert.deepEqual(readAddress('clickhouse://ch.example'), { url: 'http://ch.example:8123' });
  assert.deepEqual(readAddress('clickhouses://us%20er@ch.example/logs'), {
    url: 'https://ch.example:8443',
    database: 'logs',
    username: 'us er',
  });
  assert.deepEqual(readAddress('https://ch.example:9000/logs'), {
    url: 'https://ch.example:9000',
    database: 'logs',
  });
  assert.equal(readAddress('https://ch.example').url, 'https://ch.example:443');
  assert.equal(readAddress('clickhouse://[::1]:8124').url, 'http://[::1]:8124');
});

const WRONG = [
  'clickhouse://user:hunter2@ch.example/logs',
  'clickhouse://hunter2 x',
  'postgres://hunter2.example/logs',
  'clickhouse://ch.example/logs?password=hunter2',
  'clickhouse://ch.example/hunter2;drop',
];

for (const text of WRONG) {
  test(`${text} is refused, and not shown`, () => {
    assert.throws(
      () => readAddress(text),
      (error) => error instanceof UsageError && !error.message.includes('hunter2'),
    );
  });
}
