import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capturedText } from './zone-of-settings.ts';

test('a site whose logs were imported has something, though nothing was captured live', () => {
  assert.equal(capturedText(null, 0), 'nothing yet');
  assert.equal(capturedText(null, 3), 'nothing live: imported logs alone');
});
