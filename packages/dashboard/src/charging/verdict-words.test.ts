import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RULES } from '@ocpp-logs/core';
import { alsoText, badgeOf, durationText, ruleName, sessionEnergy, stateText } from './verdict-words.ts';

test('every verdict has a word and a shape; a charge that went well has its own', () => {
  const known = RULES.filter(({ about }) => about === 'session');
  const words = new Map(known.map((rule) => [rule.id, badgeOf({ rule: rule.id, severity: rule.severity })]));
  assert.deepEqual(words.get('charged'), { shape: 'check', label: 'Charged' });
  assert.deepEqual(words.get('charging'), { shape: 'bolt', label: 'Charging' });
  assert.deepEqual(words.get('authorisation-refused'), { shape: 'cross', label: 'Failed' });
  assert.deepEqual(words.get('stop-other'), { shape: 'triangle', label: 'Warning' });
  assert.deepEqual(words.get('plugged-only'), { shape: 'dot', label: 'Note' });
  // A name that objects have by themselves is no rule.
  assert.equal(badgeOf({ rule: 'constructor', severity: 'note' }).label, 'Note');
});

test('what else was seen is counted where it matters', () => {
  const [failure, warning, note] = (['failure', 'warning', 'note'] as const).map((severity) => ({
    severity,
  }));
  assert.ok(failure && warning && note);
  assert.equal(alsoText([]), null);
  assert.equal(alsoText([note]), null);
  assert.equal(alsoText([warning, note, failure, warning]), 'also 1 failure, 2 warnings');
});

test('state and duration say what is known', () => {
  assert.equal(stateText({ state: 'ended', stop_reason: 'PowerLoss' }), 'Ended, PowerLoss');
  assert.equal(stateText({ state: 'attempt', stop_reason: null }), 'No transaction');
  const span = { from: '2026-01-05T10:00:00Z', to: '2026-01-05T10:30:00Z' };
  const told = { ...span, started: '2026-01-05T10:10:00Z', duration_ms: null };
  assert.equal(durationText({ ...told, state: 'running' }), '20 min so far');
  assert.equal(durationText({ ...told, started: null, state: 'attempt' }), '30 min');
  assert.equal(durationText({ ...told, duration_ms: 3_600_000, state: 'ended' }), '1 h');
  assert.equal(ruleName('stop-power-loss'), 'Stop power loss');
});

test('energy that something speaks against is told as that of the register', () => {
  const told = (register: number | null, integral: number | null, agree: boolean | null, rule = 'charged') =>
    sessionEnergy({
      energy: { register_wh: register, integral_wh: integral, agree },
      verdict: { rule },
    });
  assert.equal(told(7200, 7100, true), '7.2 kWh');
  assert.equal(told(7200, null, null), '7.2 kWh');
  assert.equal(told(3000, 7100, false), '3.0 kWh by register');
  assert.equal(told(0, null, null, 'register-wrong'), '0 Wh by register');
  assert.equal(told(null, 7100, null), 'about 7.1 kWh');
  assert.equal(told(null, null, null), null);
});
