import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlDouble } from '../api/control-double.ts';
import { siteMaker } from './made-sites.ts';

test('a site that an import makes is told of with who began it, one that there is is not', async () => {
  const control = new ControlDouble();
  const problems: unknown[] = [];
  const make = siteMaker(
    control,
    () => 5,
    (problem) => problems.push(problem),
  );
  await make('harbour', { by: 'admin-token', id: 'i-1' });
  await make('harbour', { by: 'admin-token', id: 'i-2' });
  assert.ok(control.snapshot().sites.has('harbour'));
  const [told, ...more] = control.audited;
  assert.deepEqual(more, []);
  assert.deepEqual(
    [told?.action, told?.site, told?.name, told?.at, told?.details],
    ['site-made', 'harbour', 'OCPP_LOGS_ADMIN_TOKEN', 5, { by: 'import', import: 'i-1' }],
  );
  control.audit = () => Promise.reject(new Error('disk full'));
  await make('quay', { by: 'admin-token', id: 'i-3' });
  assert.ok(control.snapshot().sites.has('quay'));
  assert.deepEqual(problems.map(String), ['Error: disk full']);
});
