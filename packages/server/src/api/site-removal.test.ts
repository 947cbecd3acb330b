import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, DEPOT, entryAt, server } from './fixtures.ts';
import { importing, LOG, raw } from './imports-rig.ts';
import { addUser, Browser } from './people-fixtures.ts';

const told = ({ statusCode, body }: { statusCode: number; body: string }) => [
  statusCode,
  body === '' ? null : JSON.parse(body).type.split(':').at(-1),
];

test('a site without entries is removed, and that is in the audit log', async (t) => {
  const { app, control, reader } = server(t);
  const remove = () => app.inject({ method: 'DELETE', url: '/sites/depot', headers: asAdmin });
  reader.entries = [entryAt('2026-01-05T10:00:00Z', 0n, { site: 'other' })];
  assert.deepEqual(told(await remove()), [204, null]);
  assert.equal(control.sites.has('depot'), false);
  assert.deepEqual(told(await remove()), [404, 'site-not-found']);
  assert.deepEqual(
    control.audited.map(({ action, site, name }) => [action, site, name]),
    [['site-removed', 'depot', 'OCPP_LOGS_ADMIN_TOKEN']],
  );
});

test('entries of any kind, and stations that are connected, keep a site', async (t) => {
  const { app, control, reader } = server(t);
  const remove = () => app.inject({ method: 'DELETE', url: '/sites/depot', headers: asAdmin });
  for (const kind of ['exchange', 'gap', 'setting'] as const) {
    reader.entries = [entryAt('2026-01-05T10:00:00Z', 0n, { kind })];
    const kept = await remove();
    assert.deepEqual(told(kept), [409, 'site-in-use'], kind);
    assert.match(kept.json().detail, / 1 entry, which/);
  }
  reader.entries = [];
  const nothing = { vendor: null, model: null, firmware: null, protocol: null, lastSeen: null };
  reader.summaries = [{ ...nothing, id: 'CP', connected: true, capturedThrough: null }];
  assert.deepEqual(told(await remove()), [409, 'site-in-use']);
  reader.summaries = [{ ...nothing, id: 'CP', connected: false, capturedThrough: null }];
  assert.deepEqual(told(await remove()), [204, null]);
  assert.deepEqual(control.audited.length, 1);
});

test('an import that has not ended keeps its site', async (t) => {
  const double = await importing(t);
  const { links } = (await raw(double, LOG)).json();
  const remove = () => double.app.inject({ method: 'DELETE', url: '/sites/depot', headers: asAdmin });
  assert.deepEqual(told(await remove()), [409, 'site-in-use']);
  await double.app.inject({ method: 'DELETE', url: links.self, headers: asAdmin });
  assert.deepEqual(told(await remove()), [204, null]);
});

test('a site of the configuration file stays, parameters are refused, and only an admin of all sites may', async (t) => {
  const { app, control, key } = server(t);
  const remove = (url: string, headers: Record<string, string>) =>
    app.inject({ method: 'DELETE', url, headers });
  assert.deepEqual(told(await remove('/sites/depot?entries=delete', asAdmin)), [400, 'bad-request']);
  const ofSite = await key({ scopes: ['admin'], sites: ['depot'] });
  const by = { authorization: `Bearer ${ofSite.bearer}` };
  assert.deepEqual(told(await remove('/sites/depot', by)), [403, 'scope-missing']);
  control.sites = new Map([[DEPOT.id, { ...DEPOT, origin: 'config' }]]);
  assert.deepEqual(told(await remove('/sites/depot', asAdmin)), [409, 'configured']);
  await addUser(control, 'local', [{ site: 'depot', role: 'admin' }]);
  const browser = new Browser(app);
  await browser.signIn('local');
  assert.equal((await browser.send('DELETE', '/sites/depot')).statusCode, 403);
  assert.equal(control.sites.has('depot'), true);
});
