import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { EMPTY_TALLY, type Firmware, type FleetTally, type FoundDay, type StationDay } from '@ocpp-logs/core';
import { DEPOT } from './control-double.ts';
import { asAdmin, NOW, server } from './fixtures.ts';

const DAY = 86_400_000;
const TODAY = Math.floor(NOW / DAY) * DAY;
const HOUR = 3_600_000;

interface Made {
  readonly ago?: number;
  readonly firmware?: Firmware | null;
  readonly tally?: Partial<FleetTally>;
}

function day(charger: string, { ago = 0, firmware = null, tally = {} }: Made = {}): StationDay {
  const from = TODAY - ago * DAY;
  return {
    charger,
    day: from,
    parts: [{ from, firmware, entry: '7', tally: { ...EMPTY_TALLY, ...tally } }],
  };
}

const found = (charger: string, ago: number, counts: Readonly<Record<string, number>>): FoundDay => {
  const from = TODAY - ago * DAY;
  return { charger, day: from, spans: [{ from, counts }] };
};

const OLD = { vendor: 'V', model: 'M', version: '1' };
const NEW = { ...OLD, version: '2' };
const up = (watched: number, connected: number, faulted = 0) => ({
  uptime: { watchedMs: watched * HOUR, connectedMs: connected * HOUR, faultedMs: faulted * HOUR },
});
const tried = (first: number, firstSucceeded: number, causes: Record<string, number> = {}) => ({
  attempts: {
    tries: first,
    succeeded: firstSucceeded,
    failed: first - firstSucceeded,
    first,
    firstSucceeded,
  },
  causes,
});

function fleetOf(t: TestContext, ...days: readonly StationDay[]) {
  const rig = server(t);
  rig.reader.fleetDays = days;
  const get = async (url: string) => {
    const answer = await rig.app.inject({ url: `/rest/v1${url}`, headers: asAdmin });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json();
  };
  return { ...rig, get };
}

test('a row tells what is known, and of what nobody knows it says null', async (t) => {
  const tally = {
    ...up(20, 18, 2),
    ...tried(4, 3, { 'authorisation-refused': 1 }),
    answers: {
      csms: { calls: 3, unanswered: 1, errors: 0, times: { 100: 2 } },
      station: { calls: 2, unanswered: 2, errors: 0, times: {} },
    },
    entries: 12,
  };
  const { get, reader } = fleetOf(t, day('CP1', { firmware: OLD, tally }), day('CP2'));
  reader.foundDays = [found('CP1', 0, { 'unit-assumed': 1, 'call-resent': 5 })];
  const body = await get('/fleet?from=2026-01-10&include=findings');
  const [one, none] = body.rows;
  assert.deepEqual([one.charger_id, one.vendor, one.model, one.firmware], ['CP1', 'V', 'M', '1']);
  assert.deepEqual(one.uptime, {
    share: 0.8,
    watched_ms: 20 * HOUR,
    connected_ms: 18 * HOUR,
    faulted_ms: 2 * HOUR,
  });
  assert.deepEqual(one.tries, { count: 4, succeeded: 3, failed: 1, open: 0 });
  assert.deepEqual([one.first_tries.count, one.first_tries.of, one.first_tries.share], [3, 4, 0.75]);
  assert.ok(one.first_tries.low < 0.75 && one.first_tries.high > 0.75);
  assert.deepEqual(one.causes, [{ rule: 'authorisation-refused', count: 1 }]);
  assert.equal(one.answer_times.csms.unanswered, 1);
  assert.ok(one.answer_times.csms.p95_ms > 100);
  assert.deepEqual([one.answer_times.station.unanswered, one.answer_times.station.p50_ms], [null, null]);
  assert.deepEqual(one.findings, [
    { code: 'call-resent', count: 5 },
    { code: 'unit-assumed', count: 1 },
  ]);
  assert.deepEqual([one.findings_complete, none.findings, none.findings_complete], [true, [], true]);
  assert.deepEqual([none.uptime.share, none.first_tries.share, none.model], [null, null, null]);
  assert.equal(none.answer_times.csms.p95_ms, null);
  assert.equal(one.daily, undefined);
  assert.deepEqual([body.total.stations, body.total.tries.count, body.count], [2, 4, 2]);
  assert.deepEqual(body.rests_on, {
    entries: 12,
    days: 1,
    days_missing: 0,
    days_cut: 0,
    partial: false,
    as_of: new Date(NOW).toISOString(),
    findings_days_missing: 0,
    findings_days_cut: 0,
    findings_as_of: new Date(NOW).toISOString(),
  });
  assert.deepEqual([body.from, body.to], ['2026-01-10T00:00:00.000Z', new Date(NOW).toISOString()]);
});

test('whole days are told, thirty of them unless another time is given, and day by day where asked', async (t) => {
  const { get, reader } = fleetOf(
    t,
    day('CP1', { ago: 1, tally: { ...up(24, 12), ...tried(2, 1) } }),
    day('CP1'),
  );
  const body = await get('/fleet?include=daily');
  assert.equal(body.from, new Date(TODAY - 29 * DAY).toISOString());
  assert.equal(body.rests_on.days, 30);
  assert.deepEqual(body.rows[0].daily, [
    { day: '2026-01-09', uptime: 0.5, tries: 2, failed: 1, first_success: 0.5 },
    { day: '2026-01-10', uptime: null, tries: 0, failed: 0, first_success: null },
  ]);
  assert.deepEqual(body.total.daily, body.rows[0].daily);
  assert.equal(reader.fleetAsked[0]?.now, NOW);
  const two = await get('/fleet?from=2026-01-08T13:00:00Z&to=2026-01-09T01:00:00Z');
  assert.deepEqual([two.from, two.to], ['2026-01-08T00:00:00.000Z', '2026-01-10T00:00:00.000Z']);
});

test('rows are put in order by what is asked for, those of which it is unknown last, and gone on with', async (t) => {
  const { app, get } = fleetOf(
    t,
    day('CP10', { tally: up(10, 9) }),
    day('CP9', { tally: up(10, 1) }),
    day('CP1'),
    day('CP2', { tally: up(10, 5) }),
  );
  const names = ({ rows }: { readonly rows: readonly { readonly charger_id: string }[] }) =>
    rows.map(({ charger_id }) => charger_id);
  assert.deepEqual(names(await get('/fleet')), ['CP1', 'CP2', 'CP9', 'CP10']);
  assert.deepEqual(names(await get('/fleet?sort=uptime')), ['CP9', 'CP2', 'CP10', 'CP1']);
  assert.deepEqual(names(await get('/fleet?sort=uptime&order=desc')), ['CP10', 'CP2', 'CP9', 'CP1']);
  const first = await get('/fleet?sort=uptime&limit=3');
  assert.deepEqual([names(first), first.count], [['CP9', 'CP2', 'CP10'], 4]);
  const rest = await get(`/fleet?sort=uptime&limit=3&cursor=${first.next_cursor}`);
  assert.deepEqual([names(rest), rest.next_cursor], [['CP1'], null]);
  const other = await app.inject({ url: `/fleet?cursor=${first.next_cursor}`, headers: asAdmin });
  assert.equal(other.statusCode, 400);
  assert.match(other.body, /other parameters/);
});

test('messages are looked through only where that is asked for, and until then what is counted is a part', async (t) => {
  const { get, reader } = fleetOf(t, day('CP1', { firmware: OLD }), day('CP2'));
  reader.foundDays = [found('CP1', 0, { 'seq-gap': 2 }), found('CP3', 1, { 'field-unknown': 1 })];
  const told = ({ rows }: { readonly rows: readonly Record<string, unknown>[] }) =>
    rows.map(({ charger_id, findings, findings_complete }) => [charger_id, findings, findings_complete]);
  const asked = () => reader.fleetAsked.splice(0).map(({ findings }) => findings);

  const first = await get('/fleet?from=2026-01-09');
  assert.deepEqual(asked(), [false]);
  assert.deepEqual(told(first), [
    ['CP1', [], false],
    ['CP2', [], false],
  ]);
  const { findings_days_missing: missing, findings_as_of: upTo, partial } = first.rests_on;
  assert.deepEqual([missing, upTo, partial], [2, null, false]);

  const whole = [
    ['CP1', [{ code: 'seq-gap', count: 2 }], true],
    ['CP2', [], true],
    ['CP3', [{ code: 'field-unknown', count: 1 }], true],
  ];
  assert.deepEqual(told(await get('/fleet?from=2026-01-09&include=daily,findings')), whole);
  assert.deepEqual(asked(), [true]);
  // What was counted is told to everybody.
  assert.deepEqual(told(await get('/fleet?from=2026-01-09')), whole);
  const byModel = await get('/fleet?from=2026-01-09&by=model&model=M');
  assert.deepEqual(told(byModel), [[null, [{ code: 'seq-gap', count: 2 }], true]]);
  // A day more, of which nothing is counted.
  assert.equal((await get('/fleet?from=2026-01-08')).rows[0].findings_complete, false);
  assert.ok(!asked().includes(true));
  const worst = await get('/fleet?from=2026-01-08&sort=findings&order=desc');
  assert.deepEqual(
    told(worst).map(([charger]) => charger),
    ['CP1', 'CP3', 'CP2'],
  );
  assert.ok(asked().includes(true));
});

test('of days that are cut the findings are at least so many, of their site and of all together', async (t) => {
  const { get, reader, control } = fleetOf(t, day('CP1'));
  control.sites = new Map([
    ['depot', DEPOT],
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard' }],
  ]);
  const whole = reader.fleet.bind(reader);
  reader.fleet = async (query) => ({ ...(await whole(query)), cut: query.site.id === 'yard' });
  const { rows, total, rests_on } = await get('/fleet?from=2026-01-10&include=findings');
  assert.deepEqual(
    rows.map((row: { readonly site_id: string; readonly findings_complete: boolean }) => [
      row.site_id,
      row.findings_complete,
    ]),
    [
      ['depot', true],
      ['yard', false],
    ],
  );
  assert.deepEqual([total.findings_complete, rests_on.findings_days_cut], [false, 1]);
});

test('each site says up to when its findings are counted, and the whole the earliest of them', async (t) => {
  const { get, reader, control, clock } = fleetOf(t, day('CP1'));
  control.sites = new Map([
    ['depot', DEPOT],
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard' }],
  ]);
  const whole = reader.fleet.bind(reader);
  reader.fleet = async (query) => {
    const answer = await whole(query);
    clock.now += 240_000;
    return answer;
  };
  const { rows, rests_on } = await get('/fleet?from=2026-01-10&include=findings');
  const [depot, yard] = rows.map((row: { readonly findings_as_of: string }) =>
    Date.parse(row.findings_as_of),
  );
  assert.ok(depot < yard, `${depot} ${yard}`);
  assert.equal(Date.parse(rests_on.findings_as_of), depot);
});

test('models, firmwares and stations are grouped and chosen', async (t) => {
  const { get } = fleetOf(
    t,
    day('CP1', { ago: 1, firmware: OLD, tally: tried(1, 1) }),
    day('CP1', { firmware: NEW, tally: tried(2, 2) }),
    day('CP2', { firmware: OLD, tally: tried(4, 4) }),
    day('CP3', { tally: tried(8, 8) }),
  );
  const told = async (query: string) =>
    (await get(`/fleet?${query}`)).rows.map(
      (row: { readonly [name: string]: unknown; readonly tries: { readonly count: number } }) => [
        row.charger_id,
        row.model,
        row.firmware,
        row.stations,
        row.tries.count,
      ],
    );
  assert.deepEqual(await told('by=model'), [
    [null, null, null, 1, 8],
    [null, 'M', null, 2, 7],
  ]);
  assert.deepEqual(await told('by=firmware&model=M'), [
    [null, 'M', '1', 2, 5],
    [null, 'M', '2', 1, 2],
  ]);
  assert.deepEqual(await told('firmware=2'), [['CP1', 'M', '2', 1, 2]]);
  assert.deepEqual(await told('charger_id=CP2'), [['CP2', 'M', '1', 1, 4]]);
});

test('of a station without a boot that is kept the list of stations tells the firmware, up to now alone', async (t) => {
  const { get, reader } = fleetOf(t, day('CP1', { ago: 5 }), day('CP1'));
  reader.summaries = [
    {
      id: 'CP1',
      vendor: 'V',
      model: 'M',
      firmware: '9',
      protocol: null,
      connected: true,
      lastSeen: null,
      capturedThrough: null,
    },
  ];
  assert.equal((await get('/fleet')).rows[0].firmware, '9');
  assert.equal((await get('/fleet?to=2026-01-08')).rows[0].firmware, null);
  assert.deepEqual(reader.fleetAsked.at(-1)?.known, [{ id: 'CP1', silentSince: null }]);
});

test('before and after a firmware: a difference is told only where the numbers bear it', async (t) => {
  const many = (ago: number, firmware: Firmware, succeeded: number) =>
    Array.from({ length: 5 }, (_, n) => day(`CP${n}`, { ago, firmware, tally: tried(40, succeeded) }));
  const few = [
    day('X1', { ago: 1, firmware: { ...OLD, model: 'N' }, tally: tried(3, 1) }),
    day('X1', { firmware: { ...NEW, model: 'N' }, tally: tried(3, 3) }),
  ];
  const { get } = fleetOf(t, ...many(1, OLD, 20), ...many(0, NEW, 36), ...few);
  const { changes, more, rests_on } = await get('/fleet/firmware-changes');
  assert.equal(more, false);
  assert.equal(rests_on.partial, false);
  const [first, second] = changes;
  assert.deepEqual(
    [first.model, first.firmware_before, first.firmware_after, first.stations],
    ['M', '1', '2', 5],
  );
  assert.deepEqual([first.before.first_tries.of, first.after.first_tries.of], [200, 200]);
  assert.equal(first.differences.first_tries.reading, 'higher');
  assert.equal(first.differences.unanswered, null);
  assert.deepEqual(first.by_station[0].charger_id, 'CP0');
  assert.deepEqual(first.by_station[0].entry_id, '7');
  assert.equal(second.differences.first_tries.reading, 'unclear');
  assert.deepEqual((await get('/fleet/firmware-changes?firmware=2&model=N')).changes.length, 1);
  assert.deepEqual((await get('/fleet/firmware-changes?firmware=3')).changes, []);
});

test('noisy stations stand by their share, and bytes are told where enough was looked at', async (t) => {
  const { get, reader } = fleetOf(t);
  const values = [
    { value: 'CP1', count: 300 },
    { value: 'CP2', count: 100 },
  ];
  reader.counts = { facets: [{ field: 'station', values, distinct: 2 }], count: 400, exact: true };
  reader.sampled = [
    { charger: 'CP1', entries: 50, bytes: 5_000 },
    { charger: 'CP2', entries: 29, bytes: 29_000 },
  ];
  const { stations, rests_on } = await get('/fleet/noisy?from=2026-01-09');
  const [one, other] = stations;
  assert.deepEqual([one.charger_id, one.entries], ['CP1', { count: 300, share: 0.75 }]);
  assert.deepEqual(one.bytes, { estimate: 30_000, share: 1, sampled: 50 });
  assert.deepEqual(other.bytes, { estimate: null, share: null, sampled: 29 });
  assert.deepEqual(rests_on, { entries: 400, sampled: 79, stations: 2, sites_missing: 0, partial: false });
  assert.deepEqual(
    reader.counted.map((query) => 'fields' in query && query.filters[0]?.kinds),
    [['exchange', 'orphan', 'malformed'], ['connection'], ['exchange'], ['exchange']],
  );
  assert.deepEqual((await get('/fleet/noisy?sort=bytes&limit=1')).stations[0].charger_id, 'CP1');
});

test('what is wrong with a question is said, and the store is not asked', async (t) => {
  const { app, reader } = fleetOf(t);
  for (const [query, fault] of [
    ['from=2025-10-01&to=2026-01-10', /within 92 days/],
    ['from=2026-01-11', /earlier than now/],
    ['from=2026-01-09&to=2026-01-08', /must be after from/],
    ['by=vendor', /known are station, model, firmware/],
    ['by=model,firmware', /takes one of/],
    ['sort=uptim', /did you mean uptime/],
    ['limit=0', /from 1 to 1000/],
    ['include=weekly', /known are daily/],
    ['cursor=x', /no cursor of this server/],
  ] as const) {
    const answer = await app.inject({ url: `/fleet?${query}`, headers: asAdmin });
    assert.equal(answer.statusCode, 400, query);
    assert.match(answer.body, fault);
  }
  assert.deepEqual(reader.fleetAsked, []);
  assert.equal((await app.inject({ url: '/fleet?from=2025-10-11', headers: asAdmin })).statusCode, 200);
});

test('only the sites of the key are told of', async (t) => {
  const { app, control, reader, key } = fleetOf(t, day('CP1'));
  control.sites = new Map([
    ['depot', DEPOT],
    ['yard', { ...DEPOT, id: 'yard', name: 'Yard' }],
  ]);
  const { bearer } = await key({ scopes: ['read'], sites: ['yard'] });
  const headers = { authorization: `Bearer ${bearer}` };
  const answer = await app.inject({ url: '/fleet', headers });
  assert.deepEqual(
    answer.json().rows.map(({ site_id }: { readonly site_id: string }) => site_id),
    ['yard'],
  );
  assert.ok(reader.fleetAsked.every(({ site }) => site.id === 'yard'));
  for (const path of ['/fleet', '/fleet/firmware-changes', '/fleet/noisy']) {
    assert.equal((await app.inject({ url: `${path}?site=depot`, headers })).statusCode, 404);
  }
});
