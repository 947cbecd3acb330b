import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './fixtures.ts';
import { isId, siteFaults } from './site-rules.ts';

test('ids are 1 to 255 bytes of UTF-8 without control characters', () => {
  for (const id of ['a', 'CP 1', 'a:b', '//', 'ä'.repeat(127), '50%', '..a'])
    assert.equal(isId(id), true, id);
  for (const id of ['', '.', '..', 'a\n', '\u007f', '\u0085', '\ud800', 'ä'.repeat(128)]) {
    assert.equal(isId(id), false, JSON.stringify(id));
  }
});

const cases = [
  ['a good site', {}, null],
  ['an upstream', { upstream: 'wss://csms.example:8080/ocpp/{charger}?v=1' }, null],
  ['an upstream with the charger in the query', { upstream: 'ws://10.0.0.1/ocpp?id={charger}' }, null],
  ['an id', { id: 'a\u0000b' }, 'id'],
  ['an empty name', { name: '' }, 'name'],
  ['a time zone', { timezone: 'Berlin' }, 'timezone'],
  ['no charger in the upstream', { upstream: 'wss://csms.example/ocpp/' }, 'upstream'],
  ['a known placeholder more', { upstream: 'wss://csms.example/{site}/{charger}' }, null],
  ['an unknown placeholder', { upstream: 'wss://csms.example/{tenant}/{charger}' }, 'upstream'],
  ['a placeholder that is not closed', { upstream: 'wss://csms.example/{charger}/{site' }, 'upstream'],
  ['http', { upstream: 'https://csms.example/{charger}' }, 'upstream'],
  ['no address', { upstream: '{charger}' }, 'upstream'],
  ['a charger as host', { upstream: 'wss://{charger}/ocpp' }, 'upstream'],
  ['a charger in a fragment', { upstream: 'wss://csms.example/#{charger}' }, 'upstream'],
  ['a broken escape', { upstream: 'wss://csms.example/%zz/{charger}' }, null],
  ['a name beyond ASCII', { upstream: 'wss://b\u00fccher.example/{charger}' }, null],
  ['a path beyond ASCII', { upstream: 'wss://csms.example/b\u00fccher/{charger}' }, 'upstream'],
  ['a line break', { upstream: 'wss://csms.example/{charger}\r\nX: y' }, 'upstream'],
  ['a tab that is passed over', { upstream: 'wss://csms.exam\tple/{charger}' }, 'upstream'],
  ['a backslash', { upstream: 'wss://csms.example\\@10.0.0.1/{charger}' }, 'upstream'],
  ['a password', { upstream: 'wss://u:p@csms.example/{charger}' }, 'upstream'],
  ['half a day', { retentionDays: 0.5 }, 'retention_days'],
  ['negative days', { retentionDays: -1 }, 'retention_days'],
] as const;

for (const [name, change, setting] of cases) {
  test(`site rules: ${name}`, () => {
    assert.deepEqual(
      siteFaults(site(change)).map((fault) => fault.setting),
      setting ? [setting] : [],
    );
  });
}
