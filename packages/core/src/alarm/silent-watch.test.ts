import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT, firingTexts, idAt, ruleOf, said, T0 } from './case.ts';
import { SilentWatch } from './silent-watch.ts';

function watch(text = 'SILENT 15min', { listening = T0, known = T0 } = {}): SilentWatch {
  const rule = ruleOf(text);
  assert.ok(rule.kind === 'silent');
  return new SilentWatch(rule, DEPOT, { listening, known });
}

const at = (s: number) => T0 + s * 1000;

test('a station that falls silent is told once, until it is heard again', () => {
  const silent = watch();
  silent.heard('CP-1', at(60));
  assert.deepEqual(silent.due(at(959)), []);
  assert.deepEqual(silent.due(at(960)), [
    { charger: 'CP-1', key: `silent-${at(60)}`, at: at(960), entries: [] },
  ]);
  assert.deepEqual(silent.due(at(2000)), []);
  silent.heard('CP-1', at(2000));
  assert.deepEqual(firingTexts(silent.due(at(2900))), ['CP-1 +2900s']);
});

test('a silence that has ended meanwhile is told, too, with the entry before it', () => {
  const silent = watch();
  silent.take(said({ s: 10, status: 'Available' }));
  const firings = silent.take(said({ s: 1000, status: 'Available' }));
  assert.deepEqual(firingTexts(firings), ['CP-1 +910s']);
  assert.deepEqual(firings[0]?.entries, [idAt(10)]);
});

test('what was heard last of all tells nothing of the time since it was heard of before', () => {
  const silent = watch('SILENT 1min');
  silent.heard('CP-1', at(10));
  // It said something at 69, too, of which nobody tells here.
  silent.heard('CP-1', at(74));
  assert.deepEqual(silent.due(at(133)), []);
  assert.deepEqual(firingTexts(silent.due(at(134))), ['CP-1 +134s']);
});

test('it tells when somebody may fall silent next, whoever is known to be silent left out', () => {
  const silent = watch('SILENT 15min', { listening: at(100), known: at(1000) });
  assert.equal(silent.next, Number.POSITIVE_INFINITY);
  silent.heard('CP-gone', at(100));
  assert.equal(silent.next, Number.POSITIVE_INFINITY);
  silent.heard('CP-1', at(500));
  silent.heard('CP-2', at(600));
  assert.equal(silent.next, at(1400));
  silent.due(at(1400));
  assert.equal(silent.next, at(1500));
  silent.resumed(at(700));
  assert.equal(silent.next, at(1600));
});

test('who was silent before it was listened to is nobody’s news; others have their time anew', () => {
  const silent = watch('SILENT 15min', { listening: at(3600), known: at(3000) });
  silent.heard('CP-gone', at(1000));
  silent.heard('CP-just', at(2500));
  assert.deepEqual(silent.due(at(4499)), []);
  assert.deepEqual(firingTexts(silent.due(at(4500))), ['CP-just +4500s']);
  assert.deepEqual(silent.due(at(99_999)), []);
});

test('while nothing could be recorded nobody is silent', () => {
  const silent = watch();
  silent.heard('CP-1', at(0));
  silent.resumed(at(800));
  assert.deepEqual(silent.due(at(1699)), []);
  assert.deepEqual(firingTexts(silent.due(at(1700))), ['CP-1 +1700s']);
});

test('only stations that are meant', () => {
  const silent = watch('SILENT 15min WHERE station:CP* -station:CP-T*');
  for (const charger of ['CP-1', 'CP-T1', 'X', '']) silent.heard(charger, at(0));
  assert.deepEqual(firingTexts(silent.due(at(900))), ['CP-1 +900s']);
  const elsewhere = watch('SILENT 15min WHERE -site:depot');
  elsewhere.heard('CP-1', at(0));
  assert.deepEqual(elsewhere.due(at(900)), []);
});

test('so many stations are followed, and what is beyond is counted', () => {
  const silent = watch();
  for (let station = 0; station < 100_002; station += 1) silent.heard(`CP-${station}`, at(0));
  assert.deepEqual([silent.size, silent.dropped], [100_000, 2]);
});
