/** What the routes ask the store for where neighbours are to tell. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchTooWideError } from '../store/search-too-wide.ts';
import { asAdmin, DAY, server } from './fixtures.ts';

const Q = `q=${encodeURIComponent('finding:seq-gap')}`;

test('a search that is too wide for what it asks is 400 at q, with what to do', async (t) => {
  const { app, reader } = server(t);
  reader.failure = new SearchTooWideError(['seq-gap'], 100_000);
  for (const path of [`/ocpp-logs/site/depot?${DAY}&${Q}`, `/ocpp-logs/facets?site=depot&${DAY}&${Q}`]) {
    const { statusCode, body } = await app.inject({ url: path, headers: asAdmin });
    const { type, errors } = JSON.parse(body);
    assert.deepEqual([statusCode, type], [400, 'urn:ocpp-logs:problem:bad-request'], path);
    assert.equal(errors[0].parameter, 'q');
    assert.match(errors[0].message, /^seq-gap can be told only .* more than 100,000: narrow it to a station/);
  }
});

test('the live tail refuses what later entries tell', async (t) => {
  const { app } = server(t);
  const headers = { ...asAdmin, accept: 'text/event-stream' };
  const answer = await app.inject({ url: `/ocpp-logs/site/depot/stream?${Q}`, headers });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.json().errors[0].message, /^seq-gap is told by the entries around, later ones too/);
});
