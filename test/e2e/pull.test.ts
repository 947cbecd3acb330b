/** A mirror of a real server through a line that fails: in the end both give the same pages, field for field. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { type Fault, faultyProxy, type ProxyOptions } from './faulty-proxy.ts';
import { type History, longHistory } from './long-history.ts';
import {
  ADMIN_TOKEN,
  eventually,
  launch,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const EVERYTHING = '&include=exchange,raw&kinds=exchange,orphan,malformed,connection';

let remote: RunningServer;
let history: History;
let key: Record<string, string>;
before(async () => {
  remote = await startServer({ config: 'sites:\n  - id: depot north\n    name: Depot\n' });
  const made = await run(['key', 'create', '--name', 'mirror', '--json', '--data', remote.folder]);
  const { api_key, secret } = JSON.parse(made.stdout);
  key = { OCPP_LOGS_PULL_API_KEY: api_key, OCPP_LOGS_PULL_SECRET: secret };
  history = longHistory(Date.now());
  await push(history.lines);
  await eventually(
    () => signedIn(),
    (ready) => ready,
  );
});
after(() => remote.stop());

/** Whether the server knows the new key. */
async function signedIn(): Promise<boolean> {
  const asked = await run(
    ['pull', remote.url, '--site', 'depot north', '--dry-run', '--data', remote.folder],
    key,
  );
  return asked.code === 0;
}

async function push(lines: readonly object[]): Promise<void> {
  const response = await fetch(`${remote.url}/ocpp-logs/site/depot%20north`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  const answer = (await response.json()) as { rejected: unknown[] };
  assert.deepEqual([response.status, answer.rejected], [200, []]);
}

type Entry = Readonly<Record<string, unknown>>;

/** Every entry of a site as the API gives it, without what names the site and the entry itself. */
async function pagesOf(server: RunningServer, site: string, more: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const to = new Date(history.to).toISOString();
  const path = `/ocpp-logs/site/${encodeURIComponent(site)}?from=${new Date(history.from).toISOString()}&to=${to}`;
  for (;;) {
    const response = await server.get(`${path}&sort_order=asc&take=1000&skip=${entries.length}${more}`);
    assert.equal(response.status, 200);
    // JSON.parse would take apart what is alike only in double precision: digits are compared as text below.
    const page = JSON.parse(quoted(await response.text())) as { ocpp_logs: Entry[]; count: number };
    entries.push(...page.ocpp_logs);
    if (entries.length >= page.count || page.ocpp_logs.length === 0) break;
  }
  return entries.map(({ site_id: _id, site_name: _name, exchange, raw, ...entry }) =>
    exchange === undefined
      ? entry
      : { ...entry, exchange: ofNoEntry(exchange as Entry), raw: ofNoMask(raw as Entry) },
  );
}

/** Numbers as texts, so that nothing is rounded. */
function quoted(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g, (_, text, digits) => text ?? `"#${digits}"`);
}

function ofNoEntry({ id: _id, event, ...exchange }: Entry): Entry {
  if (typeof event !== 'object' || event === null) return exchange;
  const { by: _by, ...rest } = event as Entry;
  return { ...exchange, event: rest };
}

/** What was masked there is no secret here: its place is not named. */
function ofNoMask({ redacted: _redacted, ...raw }: Entry): Entry {
  return raw;
}

async function assertSame(local: RunningServer, into: string, more: string): Promise<void> {
  const there = inOrder(await pagesOf(remote, 'depot north', more));
  const here = inOrder(await pagesOf(local, into, more));
  assert.equal(here.length, there.length);
  for (const [at, entry] of there.entries()) assert.deepEqual(here[at], entry);
}

/** Of one millisecond the order between chargers says nothing. */
function inOrder(entries: readonly Entry[]): Entry[] {
  const place = ({ occurrence_time, charger_id }: Entry) => `${occurrence_time} ${charger_id}`;
  return [...entries].sort((a, b) => (place(a) < place(b) ? -1 : Number(place(a) > place(b))));
}

async function through(options: ProxyOptions = {}) {
  const proxy = await faultyProxy(remote.url, options);
  const folder = await temporaryFolder();
  const args = (...more: string[]) => [
    'pull',
    proxy.url,
    '--site',
    'depot north',
    '--into',
    'mirror',
    '--rate',
    '100',
    '--data',
    folder,
    ...more,
  ];
  const first = ['--from', new Date(history.from).toISOString()];
  return {
    proxy,
    folder,
    first,
    args,
    pull: async (...more: string[]) => {
      const { code, stdout, stderr } = await run(args('--json', ...more), key);
      return { code, stderr, report: stdout === '' ? null : JSON.parse(stdout) };
    },
    close: async () => {
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const heartbeat = (at: number, id: string) => ({
  charger_id: 'CP_3',
  occurrence_time: new Date(at).toISOString(),
  direction: 'station_to_csms',
  frame: [2, id, 'Heartbeat', {}],
});
const beaten = (at: number, id: string) => [
  heartbeat(at, id),
  { ...heartbeat(at + 5, id), direction: 'csms_to_station', frame: [3, id, {}] },
];

/** Faults at every request but each fourth, and an entry that comes in between two pages of one window. */
function plague(): (path: string, nth: number) => Promise<Fault> {
  const faults: readonly Fault[] = ['error', 'cut', 'too-many', 'dropped', 'half', 'unavailable-until'];
  let shifted = false;
  let next = 0;
  return async (path, nth) => {
    if (!shifted && /skip=[1-9]/.test(path)) {
      shifted = true;
      await push(beaten(history.from + 2 * 3_600_000 + 7, `shift-${nth}`));
    }
    if (nth % 2 === 0) return 'none';
    next += 1;
    return faults[next % faults.length] ?? 'none';
  };
}

for (const publishedOnly of [false, true]) {
  const name = publishedOnly ? 'a server of the published API' : 'another ocpp-logs';
  const compared = publishedOnly ? '' : EVERYTHING;

  test(`${name} is mirrored through a line that fails in every way, and again without anything new`, async (t) => {
    const mirror = await through({ publishedOnly });
    t.after(mirror.close);
    mirror.proxy.onRequest = plague();
    const first = await mirror.pull(...mirror.first);
    assert.equal(first.stderr, '');
    assert.equal(first.code, 0);
    const { accepted, entries, gaps, exact, error } = first.report;
    assert.deepEqual([gaps, error, exact], [[], null, !publishedOnly]);
    assert.ok(entries > 2_500 && accepted > 2_500);
    mirror.proxy.onRequest = () => 'none';
    const again = await mirror.pull(...mirror.first);
    assert.deepEqual([again.code, again.report.accepted, again.report.skipped], [0, 0, 0]);
    const local = await startServer({ folder: mirror.folder });
    try {
      await assertSame(local, 'mirror', compared);
    } finally {
      await local.stop();
    }
  });

  test(`a puller of ${name} that is killed again and again loses nothing and doubles nothing`, async (t) => {
    const mirror = await through({ publishedOnly });
    t.after(mirror.close);
    const local = await startServer({ folder: mirror.folder });
    t.after(() => local.stop());
    for (let kills = 0; kills < 6; kills += 1) {
      const child = launch(mirror.args(...mirror.first), key);
      const ended = once(child, 'close');
      let left = 1 + kills;
      mirror.proxy.onRequest = () => {
        left -= 1;
        // With an odd number the answer is on its way by then, and what it brings may be stored or not.
        if (left <= 0 && kills % 2 === 0) child.kill('SIGKILL');
        else if (left <= 0) setImmediate(() => child.kill('SIGKILL'));
        return 'none';
      };
      await ended;
    }
    mirror.proxy.onRequest = () => 'none';
    const last = await mirror.pull();
    assert.equal(last.code, 0);
    assert.deepEqual(last.report.gaps, []);
    await assertSame(local, 'mirror', compared);
  });
}

test('a mirror that follows takes what is new, and ends when it is told to', async (t) => {
  const mirror = await through();
  t.after(mirror.close);
  const local = await startServer({ folder: mirror.folder });
  t.after(() => local.stop());
  const child = launch(mirror.args('--follow=1', '--settle', '0s', '--from', '-1m'), key);
  const ended = once(child, 'close');
  const [asked] = await eventually(
    async () => mirror.proxy.asked,
    (paths) => paths.length > 0,
  );
  assert.match(asked ?? '', /^\/rest\/v1\/ocpp-logs\/site\/depot%20north\?from=/);
  await push(beaten(Date.now(), 'follow'));
  await eventually(
    async () => {
      const response = await local.get(
        `/ocpp-logs/site/mirror?from=${new Date(Date.now() - 60_000).toISOString()}&to=2099-01-01`,
      );
      return response.status === 200 ? ((await response.json()) as { count: number }).count : 0;
    },
    (count) => count === 1,
  );
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  const status = await run(['pull', '--status', '--json', '--data', mirror.folder]);
  const [checkpoint] = JSON.parse(status.stdout).mirrors;
  assert.deepEqual([checkpoint.into, checkpoint.gaps, checkpoint.last_error], ['mirror', [], null]);
});

test('a window that the server cannot give is a gap that a later run fills', async (t) => {
  const mirror = await through();
  t.after(mirror.close);
  const bad = new Date(history.from + 3 * 3_600_000 + 30_000).toISOString();
  const covers = (path: string) => {
    const { searchParams } = new URL(path, mirror.proxy.url);
    return (searchParams.get('from') ?? '') <= bad && bad < (searchParams.get('to') ?? '');
  };
  mirror.proxy.onRequest = (path) => (covers(path) ? 'error' : 'none');
  const first = await mirror.pull(...mirror.first, '--tries', '2');
  assert.equal(first.code, 1);
  const [gap, ...more] = first.report.gaps;
  assert.deepEqual([more, first.report.error], [[], null]);
  assert.ok(gap.from <= bad && bad < gap.to);
  mirror.proxy.onRequest = () => 'none';
  const before = mirror.proxy.asked.length;
  const second = await mirror.pull();
  assert.equal(second.code, 0);
  assert.ok(
    covers(mirror.proxy.asked[before] ?? '') ||
      (mirror.proxy.asked[before] ?? '').includes(`from=${gap.from}`),
  );
  const local = await startServer({ folder: mirror.folder });
  try {
    await assertSame(local, 'mirror', EVERYTHING);
  } finally {
    await local.stop();
  }
});

test('what a person has to change is one line, and nothing is made', async (t) => {
  const mirror = await through();
  t.after(mirror.close);
  const wrong = { ...key, OCPP_LOGS_PULL_SECRET: 'wrong' };
  const refused = await run(mirror.args(), wrong);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /answered 401 .*: check API key and secret, or try --sign-path without-prefix\n$/,
  );
  const other = mirror.args().map((word) => (word === 'depot north' ? 'nowhere' : word));
  const missing = await run(other, key);
  assert.match(missing.stderr, /answered 404 .*there is no site "nowhere", or the key may not read it\n$/);
  const without = await run([...mirror.args(), '--sign-path', 'without-prefix', '--dry-run'], key);
  assert.deepEqual([without.code, without.stderr], [0, '']);
  assert.match(without.stdout, /^depot north of http.*\/rest\/v1: [\d,]+ entries from .* \(--dry-run\)\n$/);
});
