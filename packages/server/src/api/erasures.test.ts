import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_PROGRESS } from '../store/erasure.ts';
import { ControlDouble } from './control-double.ts';
import { asAdmin, erasures, NOW, server } from './fixtures.ts';

const TAG = '04A2B3C4D5';
const WISH = { site: 'depot', id_tag: TAG };
const HEADERS = { ...asAdmin, 'content-type': 'application/json' };
const FOUND = {
  ...NO_PROGRESS,
  looked: 9,
  of: 9,
  entries: 2,
  occurrences: 3,
  files: 1,
  first: NOW - 1000,
  ended: true,
};

test('an erasure is asked for, goes on in the background, and tells at its end what it found', async (t) => {
  const control = new ControlDouble();
  control.backedUp = [NOW - 2000, NOW].map((made) => ({
    path: '/no/such',
    made,
    entries: 1,
    sites: ['depot'],
  }));
  const orders: unknown[] = [];
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const made = erasures(control, {
    recorder: {
      erase: async (order, onNews) => {
        orders.push(order);
        onNews({ id: order.id, ...FOUND, looked: 3, ended: false });
        await held;
        return { id: order.id, ...FOUND };
      },
    },
    exports: { count: async () => 1, remove: async () => 1 },
  });
  const { app } = server(t, { erasures: made, control });
  const ask = (body: unknown) =>
    app.inject({ method: 'POST', url: '/rest/v1/erasures', headers: HEADERS, body: JSON.stringify(body) });
  const first = await ask(WISH);
  assert.equal(first.statusCode, 202);
  const { id, replacement, state } = first.json();
  assert.match(replacement, /^erased-[0-9a-f]{12}$/);
  assert.equal(state, 'running');
  const twice = await ask({ ...WISH, id_tag: TAG.toLowerCase() });
  assert.deepEqual([twice.json().id, twice.json().replacement], [id, replacement]);
  while (orders.length === 0) await new Promise(setImmediate);
  const one = async () => (await app.inject({ url: `/rest/v1/erasures/${id}`, headers: asAdmin })).json();
  assert.deepEqual([(await one()).percent, (await one()).entries], [33, 2]);
  finish();
  await made.ended(id);
  const { report, ...done } = await one();
  assert.deepEqual([done.state, done.percent, done.occurrences, orders.length], ['done', 100, 3, 1]);
  assert.deepEqual(report, {
    exports_removed: 2,
    control: {},
    backups: [{ path: '/no/such', made: new Date(NOW).toISOString(), there: false }],
    downloads: 0,
    unclear_downloads: 0,
    set_aside: 0,
    clickhouse: null,
  });
  assert.equal(control.erasureRecords[0]?.state, 'done');
  for (const told of [control.erasureRecords, control.audited, orders, (await one()) as unknown]) {
    assert.ok(!JSON.stringify(told).toLowerCase().includes(TAG.toLowerCase()));
  }
  assert.deepEqual(
    control.audited.map(({ action, target, site }) => [action, target, site]),
    [
      ['id-tag-erased', id, 'depot'],
      ['id-tag-erased', id, 'depot'],
      ['id-tag-erased', id, 'depot'],
    ],
  );
  const later = await ask(WISH);
  assert.equal(later.json().replacement, replacement, 'also when it had ended');
});

test('downloads are told of which the audit log does not name all sites, apart from those of the site', async (t) => {
  const control = new ControlDouble();
  const others = (count: number) => Array.from({ length: count }, (_, n) => `other-${n}`);
  const downloads = [
    [{ sites: ['depot', ...others(3)] }, 2],
    [{ sites: ['depot', ...others(19)], more_sites: 7 }, 4],
    [{ sites: others(20), more_sites: 7 }, 8],
    // From before it was told how many more there were.
    [{ sites: others(20) }, 16],
    [{ sites: others(20), more_sites: 0 }, 32],
    [{ sites: others(3) }, 64],
  ] as const;
  const rest = { actor: 'k', name: 'k', site: null, target: 'x', address: null, request: null };
  await control.audit(
    downloads.map(([details, count]) => ({
      ...rest,
      at: NOW,
      action: 'export-downloaded' as const,
      details,
      count,
    })),
  );
  const made = erasures(control, { recorder: { erase: async ({ id }) => ({ id, ...FOUND }) } });
  const { app } = server(t, { erasures: made, control });
  const asked = await app.inject({
    method: 'POST',
    url: '/rest/v1/erasures',
    headers: HEADERS,
    body: JSON.stringify(WISH),
  });
  const { id } = asked.json();
  await made.ended(id);
  const { report } = (await app.inject({ url: `/rest/v1/erasures/${id}`, headers: asAdmin })).json();
  assert.deepEqual([report.downloads, report.unclear_downloads], [2 + 4, 8 + 16]);
});

test('a dry run counts, and is not remembered; what failed is told, and goes on with the next start', async (t) => {
  const control = new ControlDouble();
  let fails = true;
  const options = {
    recorder: {
      erase: async ({ id }: { readonly id: string }) => {
        if (fails) throw new Error('the disk is full');
        return { id, ...FOUND };
      },
    },
  };
  const made = erasures(control, options);
  const { app } = server(t, { erasures: made, control });
  const ask = async (body: unknown) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/rest/v1/erasures',
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    return await made.ended(answer.json().id);
  };
  fails = false;
  const dry = await ask({ ...WISH, dry_run: true });
  assert.deepEqual([dry?.state, dry?.progress.entries, control.erasureRecords], ['done', 2, []]);
  fails = true;
  const failed = await ask(WISH);
  assert.equal(failed?.state, 'failed');
  assert.equal(control.erasureRecords[0]?.state, 'running');
  fails = false;
  const next = erasures(control, options);
  await next.start();
  const ended = await next.ended(failed?.id ?? '');
  assert.deepEqual([ended?.state, ended?.replacement], ['done', failed?.replacement]);
});

test('what is wrong with a wish is told, without the id tag', async (t) => {
  const { app } = server(t);
  const statusOf = async (body: unknown) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/rest/v1/erasures',
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    assert.ok(!answer.body.includes(TAG));
    return answer.statusCode;
  };
  assert.equal(await statusOf({ ...WISH, site: 'nowhere' }), 404);
  assert.equal(await statusOf({ site: 'depot' }), 400);
  assert.equal(await statusOf({ ...WISH, id_tag: TAG.repeat(100) }), 400);
  assert.equal(await statusOf({ ...WISH, dry_run: 'yes' }), 400);
  assert.equal((await app.inject({ url: '/rest/v1/erasures/x', headers: asAdmin })).statusCode, 404);
});

test('twenty erasures wait, and ten thousand are remembered; one more is refused and counted', async (t) => {
  const end = Promise.withResolvers<void>();
  const control = new ControlDouble();
  const made = erasures(control, {
    recorder: {
      erase: async ({ id }) => {
        await end.promise;
        return { id, ...FOUND };
      },
    },
  });
  const { app } = server(t, { erasures: made, control });
  const ask = (id_tag: string) =>
    app.inject({
      method: 'POST',
      url: '/erasures',
      headers: HEADERS,
      body: JSON.stringify({ ...WISH, id_tag }),
    });
  for (let n = 0; n < 20; n += 1) assert.equal((await ask(`04A2B3C4D5${n}`)).statusCode, 202);
  const refused = await ask('04A2B3C4D5FF');
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '30']);
  const { erasures_waiting, erasures_kept, erasures_refused_total } = made.counters();
  assert.deepEqual([erasures_waiting, erasures_kept, erasures_refused_total], [20, 20, 1]);
  end.resolve();
  for (const { id } of await made.list()) await made.ended(id);

  const [record] = control.erasureRecords;
  assert.ok(record);
  control.erasureRecords = Array.from({ length: 10_000 }, (_, n) => ({ ...record, id: `e${n}` }));
  const full = erasures(control);
  await full.start();
  const wish = { site: 'depot', tag: '04FFFFFFFF', dry: false, by: 'me' };
  await assert.rejects(full.create(wish), /10000 erasures are remembered already/);
  assert.equal(full.counters().erasures_refused_total, 1);
});

test('a hundred dry runs are remembered, those that failed among them', async () => {
  const made = erasures(new ControlDouble(), {
    recorder: { erase: () => Promise.reject(new Error('away')) },
  });
  const wish = { site: 'depot', tag: TAG, dry: true, by: 'ada' };
  for (let n = 0; n < 102; n += 1) await made.ended((await made.create(wish)).id);
  const states = (await made.list()).map(({ state }) => state);
  // The last one was taken up while it had not failed yet.
  assert.deepEqual([states.length, new Set(states)], [101, new Set(['failed'])]);
});

test('who asks again after a refusal does not hear of it while another erasure goes on', async () => {
  const end = Promise.withResolvers<void>();
  const made = erasures(new ControlDouble(), {
    recorder: {
      erase: async ({ id }) => {
        await end.promise;
        return { id, ...FOUND };
      },
    },
  });
  const wish = { site: 'depot', tag: TAG, dry: false, by: 'ada' };
  await made.create({ ...wish, tag: 'FFEEDDCCBB' });
  const before = () => Promise.reject(new Error('the audit log is away'));
  await assert.rejects(made.create({ ...wish, before }), /audit log is away/);
  assert.equal(made.counters().erasures_waiting, 1);
  const { id } = await made.create(wish);
  end.resolve();
  assert.equal((await made.ended(id))?.state, 'done');
});

test('what is to be shipped has not ended before it was; others need not wait for it', async () => {
  const control = new ControlDouble();
  const taken = [1, 2].map(() => Promise.withResolvers<boolean>());
  const asked: number[] = [];
  let noted = 0;
  const made = erasures(control, {
    exports: { count: async () => 0, remove: async () => 1 },
    recorder: {
      erase: async ({ id }) => {
        noted += 1;
        return { id, ...FOUND, noted };
      },
    },
    gone: (_, number) => {
      asked.push(number);
      return taken[number - 1]?.promise ?? assert.fail(`${number}`);
    },
  });
  const wish = { site: 'depot', dry: false, by: 'ada' };
  const [first, second] = [
    await made.create({ ...wish, tag: TAG }),
    await made.create({ ...wish, tag: 'FFEEDDCCBB' }),
  ];
  while (asked.length < 2) await new Promise(setImmediate);
  const states = async () => Promise.all([first, second].map(async ({ id }) => (await made.get(id))?.state));
  assert.deepEqual(await states(), ['shipping', 'shipping']);
  assert.deepEqual([made.counters().erasures_waiting, made.counters().erasures_shipping], [0, 2]);
  assert.deepEqual(
    control.erasureRecords.map(({ state }) => state),
    ['running', 'running'],
    'the next start begins them anew',
  );
  const again = await made.create({ ...wish, tag: TAG });
  assert.deepEqual([again.id, again.state, noted], [first.id, 'shipping', 2], 'that run is the answer');
  taken[1]?.resolve(true);
  await made.ended(second.id);
  assert.deepEqual(await states(), ['shipping', 'done']);
  const removed = (await made.get(second.id))?.report?.exports;
  assert.equal(removed, 3, 'those before, those made meanwhile, and those made until it was shipped');
  // The server closes.
  taken[0]?.resolve(false);
  await made.ended(first.id);
  assert.deepEqual(await states(), ['shipping', 'done']);
  assert.equal(control.erasureRecords.find(({ id }) => id === first.id)?.state, 'running');
  assert.deepEqual([made.counters().erasures_waiting, made.counters().erasures_shipping], [0, 1]);
});
