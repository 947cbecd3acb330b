import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryAtSite } from './at-site.ts';
import { parseQuery } from './parse.ts';
import { printQuery } from './print.ts';

const DEPOT = { id: 'depot', name: 'Depot North' };

function at(text: string, site = DEPOT): string {
  const parsed = parseQuery(text);
  assert.ok(parsed.kind === 'query', text);
  const reduced = queryAtSite(parsed.root, site);
  return typeof reduced === 'string' ? reduced : printQuery(reduced);
}

test('a site is named by its id or its name, with wildcards, whatever the case', () => {
  for (const text of [
    'site:depot',
    'site:DEP*',
    'site:"depot north"',
    'site:*north',
    'has:site',
    'site:*',
    '',
  ]) {
    assert.equal(at(text), 'all', text);
  }
  for (const text of ['site:yard', 'site:depo', '-site:depot', 'site:north', '-has:site']) {
    assert.equal(at(text), 'none', text);
  }
});

test('what is left is what the search asks beside the site', () => {
  assert.equal(at('site:depot status:Faulted'), 'status:Faulted');
  assert.equal(at('site:yard status:Faulted'), 'none');
  assert.equal(at('site:yard OR status:Faulted'), 'status:Faulted');
  assert.equal(at('site:depot OR status:Faulted'), 'all');
  assert.equal(at('(site:yard status:Faulted) OR (site:depot -action:Reset a)'), '-action:Reset a');
  assert.equal(at('-(site:depot a)'), '-a');
  assert.equal(at('-(site:depot -a)'), 'a');
  assert.equal(at('site:(yard OR depot) (a OR (site:yard b))'), 'a');
  assert.equal(at('x (site:depot (a b))'), 'x a b');
});
