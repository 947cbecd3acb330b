import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { desk as exportDesk } from '../export/jobs/fixtures.ts';
import { desk as importDesk } from '../import/jobs/fixtures.ts';
import type { AuditEvent } from '../store/audit.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { NO_PROGRESS } from '../store/erasure.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import { ControlDouble } from './control-double.ts';
import { asAdmin, erasures, server } from './fixtures.ts';
import { LOG } from './imports-rig.ts';

const JSON_HEADERS = { ...asAdmin, 'content-type': 'application/json' };
const EXPORT = { url: '/rest/v1/exports', payload: { site: 'depot', from: '2026-05-01', to: '2026-06-01' } };
const ERASURE = { url: '/rest/v1/erasures', payload: { site: 'depot', id_tag: '04A2B3C4D5' } };
const IMPORT = '/rest/v1/imports?site=depot&charger_id=CP_1';

class RefusingControl extends ControlDouble {
  refuses: 'nothing' | 'places' | 'audit' = 'nothing';
  readonly places: string[] = [];

  override async putJob(id: string): Promise<void> {
    if (this.refuses === 'places') throw new StoreUnavailableError('away');
    this.places.push(id);
  }

  override async audit(events: readonly AuditEvent[]) {
    if (this.refuses === 'audit') throw new StoreUnavailableError('away');
    return super.audit(events);
  }
}

async function jobsOver(t: TestContext) {
  const control = new RefusingControl();
  const [exporting, importing] = [await exportDesk(t), await importDesk(t)];
  /** What of the audit log was there when the work began. */
  const begun: string[][] = [];
  const begins = () => begun.push(control.audited.map(({ action, target }) => `${action} ${target}`));
  const { run } = exporting.runner;
  exporting.runner.run = (...args) => {
    begins();
    return run.apply(exporting.runner, args);
  };
  importing.stored.before = async () => void begins();
  const erasing = erasures(control, {
    recorder: {
      erase: async ({ id }) => {
        begins();
        return { id, ...NO_PROGRESS, ended: true };
      },
    },
  });
  const { app, clock } = server(t, {
    control,
    exports: exporting.jobs,
    imports: importing.jobs,
    erasures: erasing,
    nodeUrl: 'http://127.0.0.1:1',
  });
  clock.now = DEPOT_TIME + 86_400_000;
  const ask = ({ url, payload }: { url: string; payload: object }) =>
    app.inject({ method: 'POST', url, headers: JSON_HEADERS, payload: JSON.stringify(payload) });
  const upload = (url: string) => app.inject({ method: 'POST', url, headers: asAdmin, payload: LOG });
  const post = (url: string) => app.inject({ method: 'POST', url, headers: asAdmin });
  const spooled = () => readdirSync(join(importing.folder, 'imports')).length;
  const kept = () => readdirSync(join(exporting.folder, 'exports')).length;
  return { control, exporting, importing, erasing, begun, ask, upload, post, spooled, kept };
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof jobsOver>>['ask']>>;

function assertRefused(answer: Answer): void {
  assert.equal(answer.statusCode, 503, answer.body);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.headers['retry-after'], '5');
  assert.equal(
    answer.json().detail,
    'Nothing was begun: that it was asked for could not be recorded. Try again.',
  );
}

for (const refuses of ['places', 'audit'] as const) {
  test(`an export and an import are not begun where control data does not take their ${refuses}`, async (t) => {
    const { control, exporting, importing, begun, ask, upload, spooled, kept } = await jobsOver(t);
    control.refuses = refuses;
    assertRefused(await ask(EXPORT));
    assert.deepEqual([exporting.jobs.list(), exporting.runner.runs, kept()], [[], [], 0]);
    assertRefused(await upload(`${IMPORT}&run=true`));
    assert.deepEqual([importing.jobs.list(), importing.stored.lines, spooled()], [[], [], 0]);
    assert.deepEqual([begun, control.audited], [[], []]);
    control.refuses = 'nothing';
    assert.equal((await ask(EXPORT)).statusCode, 201, 'nothing of the refused one is in the way');
    assert.equal((await upload(`${IMPORT}&run=true`)).statusCode, 201);
  });
}

test('a preview whose place cannot be told to other nodes is not made, and its file is gone', async (t) => {
  const { control, importing, upload, spooled } = await jobsOver(t);
  control.refuses = 'places';
  assertRefused(await upload(IMPORT));
  assert.deepEqual([importing.jobs.list(), importing.dry.lines, spooled()], [[], [], 0]);
});

test('a preview that cannot be run stays as it was, and is run as soon as it can be', async (t) => {
  const { control, importing, begun, upload, post } = await jobsOver(t);
  const { id } = (await upload(IMPORT)).json();
  control.refuses = 'audit';
  assertRefused(await post(`/rest/v1/imports/${id}/run`));
  assert.deepEqual([importing.jobs.get(id)?.state, begun], ['previewed', []]);
  control.refuses = 'nothing';
  assert.equal((await post(`/rest/v1/imports/${id}/run`)).statusCode, 202);
});

test('an erasure is not begun where the audit log does not take it, dry or not', async (t) => {
  const { control, erasing, begun, ask } = await jobsOver(t);
  control.refuses = 'audit';
  assertRefused(await ask(ERASURE));
  assertRefused(await ask({ ...ERASURE, payload: { ...ERASURE.payload, dry_run: true } }));
  assert.deepEqual([begun, control.erasureRecords], [[], []]);
  assert.deepEqual(
    [await erasing.list(), erasing.counters().erasures_waiting],
    [[], 0],
    'nothing of it stays',
  );
  control.refuses = 'nothing';
  const asked = await ask(ERASURE);
  assert.equal(asked.statusCode, 202, asked.body);
  const done = await erasing.ended(asked.json().id);
  assert.equal(done?.state, 'done');
  assert.equal(begun.length, 1);

  control.refuses = 'audit';
  assertRefused(await ask(ERASURE));
  assert.deepEqual(await erasing.list(), [done], 'what is known of the earlier one stays');
  control.refuses = 'nothing';
  assert.equal((await ask(ERASURE)).json().id, done.id);
  await erasing.ended(done.id);
  assert.equal(begun.length, 2);
});

test('who asked for a job is in the audit log, and where it is told, before the job begins', async (t) => {
  const { control, begun, ask, upload, exporting, importing, erasing } = await jobsOver(t);
  const { id: exported } = (await ask(EXPORT)).json();
  assert.deepEqual(begun.pop(), [`export-asked ${exported}`]);
  const { id: imported } = (await upload(`${IMPORT}&run=true`)).json();
  while (importing.jobs.get(imported)?.state !== 'done') await new Promise(setImmediate);
  assert.equal(begun.pop()?.at(-1), `import-run ${imported}`);
  const { id: erased } = (await ask(ERASURE)).json();
  await erasing.ended(erased);
  assert.equal(begun.pop()?.at(-1), `id-tag-erased ${erased}`);
  assert.deepEqual(control.places, [exported, imported]);
  const told = control.audited.map(({ action }) => action);
  assert.deepEqual(told, ['export-asked', 'import-run', 'id-tag-erased', 'id-tag-erased'], 'once each');
  assert.equal(exporting.jobs.list().length, 1);
});

test('an export that is removed while it is being written down is not made', async (t) => {
  const { control, exporting, ask } = await jobsOver(t);
  let take: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    control.putJob = () => {
      resolve();
      return new Promise((taken) => {
        take = taken;
      });
    };
  });
  const answer = ask(EXPORT);
  await asked;
  const [job] = exporting.jobs.list();
  assert.ok(job);
  const removed = exporting.jobs.remove(job.id);
  take();
  await removed;
  assert.equal((await answer).json().state, 'cancelled');
  assert.deepEqual([exporting.runner.runs, exporting.jobs.list()], [[], []]);
});
