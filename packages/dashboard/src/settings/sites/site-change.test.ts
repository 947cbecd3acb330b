import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, formOfSite, meaningsOf, removesEntries, wishOf } from './site-change.ts';

const SITE = { id: 'depot', name: 'Depot', timezone: 'Europe/Berlin', chargers: [] };
const PLAIN = formOfSite({ ...SITE, upstream: null, retention_days: 0 });

test('a form that nobody touched changes nothing and means nothing', () => {
  assert.deepEqual(changeOf(PLAIN, formOfSite({ ...SITE, upstream: null, retention_days: 0 })), {});
  assert.deepEqual(meaningsOf(PLAIN, PLAIN), []);
});

test('only what is new is asked for', () => {
  const after = { ...PLAIN, relayed: true, upstream: ' wss://csms.example/ocpp/{charger} ' };
  assert.deepEqual(changeOf(PLAIN, after), { upstream: 'wss://csms.example/ocpp/{charger}' });
  assert.match(
    meaningsOf(PLAIN, after).join(' '),
    /passed on to wss:\/\/csms\.example.*until they connect again/,
  );
  assert.deepEqual(changeOf(after, PLAIN), { upstream: null });
  assert.match(meaningsOf(after, PLAIN)[0] ?? '', /built-in CSMS/);
});

test('what is typed behind a switch that is off does not count', () => {
  assert.deepEqual(wishOf({ ...PLAIN, upstream: 'wss://x', days: '7' }), {
    name: 'Depot',
    timezone: 'Europe/Berlin',
    upstream: null,
    retention_days: 0,
    retention_days_info: 0,
    retention_days_debug: 0,
    level: 'debug',
    pseudonymise_id_tags: false,
    station_auth: 'none',
  });
});

test('a level is asked for where it changes, and said what it leaves out', () => {
  const info = formOfSite({ ...SITE, level: 'info' });
  assert.deepEqual(changeOf(info, { ...info, level: 'none' }), { level: 'none' });
  assert.match(meaningsOf(info, { ...info, level: 'none' }).join(' '), /^Nothing that stations.*who changed/);
  assert.match(meaningsOf(info, { ...info, level: 'debug' })[0] ?? '', /does not come back/);
  assert.match(meaningsOf(PLAIN, info)[0] ?? '', /meter values.*left out/);
  assert.match(meaningsOf(PLAIN, { ...PLAIN, level: 'minimal' })[0] ?? '', /only boot/);
});

test('pseudonyms are asked for and told of', () => {
  const hidden = formOfSite({ ...SITE, pseudonymise_id_tags: true });
  assert.deepEqual(changeOf(PLAIN, { ...PLAIN, pseudonyms: true }), { pseudonymise_id_tags: true });
  assert.match(meaningsOf(PLAIN, hidden).join(), /replaced by pseudonyms.*stays as it is/);
  assert.match(meaningsOf(hidden, PLAIN).join(), /kept as they are/);
});

test('what stations must show is asked for where it changes, and what that does to them is said', () => {
  const basic = formOfSite({ ...SITE, station_auth: 'basic' });
  assert.deepEqual(changeOf(PLAIN, basic), { station_auth: 'basic' });
  assert.match(meaningsOf(PLAIN, basic).join(' '), /without a password.*not let in.*connected now stay/);
  assert.match(meaningsOf(PLAIN, { ...PLAIN, auth: 'certificate' }).join(' '), /client certificate/);
  assert.match(meaningsOf(basic, PLAIN).join(' '), /let in whatever they show/);
  assert.deepEqual(changeOf(basic, basic), {});
});

test('levels may be kept for less long than everything', () => {
  const shorter = { ...PLAIN, byLevel: true, debugDays: ' 7 ' };
  assert.deepEqual(changeOf(PLAIN, shorter), { retention_days_debug: 7 });
  assert.match(meaningsOf(PLAIN, shorter).join(), /level debug adds is removed after 7 days/);
  assert.equal(removesEntries(PLAIN, shorter), true);
  assert.equal(removesEntries(shorter, PLAIN), false);
  assert.deepEqual(changeOf(shorter, { ...shorter, byLevel: false }), { retention_days_debug: 0 });
  assert.match(meaningsOf(shorter, PLAIN).join(), /as long as everything/);
  assert.deepEqual(formOfSite({ ...SITE, retention_days_info: 30, retention_days_debug: 7 }), {
    ...formOfSite(SITE),
    byLevel: true,
    infoDays: '30',
    debugDays: '7',
  });
});

test('a shorter retention removes entries, a longer one and none do not', () => {
  const days = (count: string) => ({ ...PLAIN, limited: true, days: count });
  assert.equal(removesEntries(PLAIN, days('30')), true);
  assert.equal(removesEntries(days('30'), days('7')), true);
  assert.equal(removesEntries(days('7'), days('30')), false);
  assert.equal(removesEntries(days('7'), PLAIN), false);
  assert.match(meaningsOf(days('30'), days('7')).join(), /older than 7 days are removed/);
  assert.match(meaningsOf(days('7'), days('30')).join(), /does not come back/);
});

test('days that are no number go as they were typed, so that the server can say so', () => {
  assert.equal(wishOf({ ...PLAIN, limited: true, days: 'soon' }).retention_days, 'soon');
});
