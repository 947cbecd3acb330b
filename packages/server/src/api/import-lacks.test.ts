import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin } from './fixtures.ts';
import { FORM, form, importing, LOG, raw } from './imports-rig.ts';

test('what the log lacks is named as the parameter that tells it, and can be told with the run', async (t) => {
  const double = await importing(t);
  const job = (await raw(double, LOG, { url: '/imports?site=depot' })).json();
  assert.equal(job.files[0].failure, 'the log names no charging station: add charger_id=ID');
  const untimed = (await raw(double, '[2,"1","Heartbeat",{}]\n')).json();
  assert.equal(
    untimed.files[0].failure,
    'the log bears no times: add start, such as start=2026-01-31T12:00:00Z',
  );
  const run = await double.app.inject({
    method: 'POST',
    url: `${job.links.run}?charger_id=CP_7`,
    headers: asAdmin,
  });
  assert.equal(run.statusCode, 202);
  await double.app.inject({ url: job.links.events, headers: asAdmin });
  assert.equal(double.stored.lines[0]?.charger_id, 'CP_7');
});

test('a run that lacks what its log needs is refused by name, and can be run again with it', async (t) => {
  const double = await importing(t);
  const local = '2026-01-05 10:00:00.000 RECV [2,"1","Heartbeat",{}]\n';
  const job = (await raw(double, local, { url: '/imports?site=depot' })).json();
  const run = async (query: string) => {
    const answer = await double.app.inject({
      method: 'POST',
      url: `${job.links.run}${query}`,
      headers: asAdmin,
    });
    const { status, type, errors, state } = answer.json();
    return { status: answer.statusCode, told: [status, type, errors], state };
  };
  const now = async () => (await double.app.inject({ url: job.links.self, headers: asAdmin })).json();
  const lacking = (parameter: string, why: string) => ({
    status: 400,
    told: [
      400,
      'urn:ocpp-logs:problem:bad-request',
      [{ parameter, message: `is needed for upload: ${why}` }],
    ],
    state: undefined,
  });
  const zone = lacking(
    'time_zone',
    'the times bear no zone (2026-01-05 10:00:00.000): add time_zone, such as time_zone=Europe/Berlin',
  );
  assert.equal(job.files[0].lacks, 'time_zone');
  assert.deepEqual(await run(''), zone);
  assert.deepEqual(await run('?charger_id=CP_7'), zone);
  const charger = lacking('charger_id', 'the log names no charging station: add charger_id=ID');
  assert.deepEqual(await run('?time_zone=UTC'), charger);
  assert.deepEqual(await now(), job, 'the preview is as it was');
  const begun = await run('?time_zone=UTC&charger_id=CP_7');
  assert.deepEqual([begun.status, begun.state], [202, 'running']);
  await double.app.inject({ url: job.links.events, headers: asAdmin });
  const done = await now();
  assert.deepEqual([done.state, done.files[0].lacks, double.stored.lines.length], ['done', null, 1]);
});

test('a format is asked for where no file can be read; otherwise those that can are imported', async (t) => {
  const double = await importing(t);
  const unknown = (await raw(double, 'hello\n')).json();
  const refused = await double.app.inject({ method: 'POST', url: unknown.links.run, headers: asAdmin });
  assert.deepEqual([refused.statusCode, refused.json().errors[0].parameter], [400, 'format']);
  const body = form([
    { name: 'file', filename: 'a.log', content: LOG },
    { name: 'file', filename: 'notes.txt', content: 'hello\n' },
  ]);
  const mixed = (await raw(double, body, { headers: FORM })).json();
  const run = await double.app.inject({ method: 'POST', url: mixed.links.run, headers: asAdmin });
  assert.equal(run.statusCode, 202);
});
