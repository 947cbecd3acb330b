import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

class Storage {
  readonly #items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, text: string): void {
    this.#items.set(key, text);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

const media = { matches: false, addEventListener: () => {} };
const dataset: Record<string, string> = {};
beforeEach(() => Object.assign(globalThis, { localStorage: new Storage() }));
Object.assign(globalThis, {
  localStorage: new Storage(),
  window: { matchMedia: () => media },
  document: { documentElement: { dataset } },
});
// What it imports looks at the browser as it is loaded.
const { syncPreferences } = await import('./sync.ts');
const { keep } = await import('./kept.ts');
const { herePreferences } = await import('./preferences.ts');

const NOTHING = { columns: null, widths: null, zone: null, theme: null, quiet: null };

/** Answers when it is told to. */
function server(kept: object) {
  const sent: unknown[] = [];
  let told: () => void = () => {};
  const double = {
    sent,
    away: false,
    next: () =>
      new Promise<void>((resolve) => {
        told = resolve;
      }),
    // Safe: the callers ask for these alone.
    answered: Promise.resolve(),
    get: async <T>() => {
      await double.answered;
      if (double.away) throw new Error('away');
      return { ...NOTHING, changed: null, ...kept } as T;
    },
    put: async <T>(_: string, body: unknown) => {
      sent.push(body);
      told();
      if (double.away) throw new Error('away');
      return body as T;
    },
  };
  return double;
}

test('what the server has is shown at once', async () => {
  const double = server({
    zone: 'utc',
    theme: 'dark',
    quiet: true,
    columns: ['time', 'action'],
    changed: 'x',
  });
  const { begun, stop } = syncPreferences(double, 'sam', 0);
  await begun;
  assert.deepEqual(herePreferences(), {
    zone: 'utc',
    theme: 'dark',
    quiet: true,
    columns: ['time', 'action'],
    widths: {},
  });
  assert.equal(dataset.theme, 'dark');
  assert.deepEqual(double.sent, []);
  stop();
});

test('what is changed here is sent whole, once for many steps', async () => {
  const double = server({ zone: 'utc', changed: 'x' });
  const { begun, stop } = syncPreferences(double, 'sam', 5);
  await begun;
  const sent = double.next();
  keep('ocpp-logs.theme', 'light');
  keep('ocpp-logs.theme', 'dark');
  await sent;
  assert.deepEqual(double.sent, [{ ...NOTHING, zone: 'utc', theme: 'dark' }]);
  stop();
});

test('what could not be sent goes the next time', async () => {
  const double = server({ theme: 'light', changed: 'x' });
  const first = syncPreferences(double, 'sam', 0);
  await first.begun;
  double.away = true;
  const tried = double.next();
  keep('ocpp-logs.theme', 'dark');
  await tried;
  first.stop();
  double.away = false;
  await new Promise((resolve) => setImmediate(resolve));
  const again = syncPreferences(double, 'sam', 0);
  await again.begun;
  assert.deepEqual(double.sent.at(-1), { ...NOTHING, theme: 'dark' });
  assert.equal(herePreferences().theme, 'dark');
  again.stop();
});

test('what a browser had before is a beginning; what somebody else had is not', async () => {
  localStorage.setItem('ocpp-logs.zone', 'utc');
  const empty = server({});
  const first = syncPreferences(empty, 'sam', 0);
  await first.begun;
  assert.deepEqual(empty.sent, [{ ...NOTHING, zone: 'utc' }]);
  first.stop();
  const other = syncPreferences(empty, 'kim', 0);
  assert.deepEqual(herePreferences(), NOTHING);
  await other.begun;
  assert.equal(empty.sent.length, 1);
  other.stop();
});

test('what is chosen while the server is slow to tell stays, and takes nothing else of its away', async () => {
  const double = server({ zone: 'utc', theme: 'light', columns: ['time'], changed: 'x' });
  const { promise, resolve } = Promise.withResolvers<void>();
  double.answered = promise;
  const { begun, stop } = syncPreferences(double, 'sam', 0);
  keep('ocpp-logs.theme', 'dark');
  // Longer than it rests before it sends.
  await new Promise((turn) => setTimeout(turn, 5));
  assert.deepEqual(double.sent, [], 'nothing is sent over what is not known yet');
  resolve();
  await begun;
  const both = { ...NOTHING, zone: 'utc', theme: 'dark', columns: ['time'], widths: {} };
  assert.deepEqual(herePreferences(), both);
  assert.deepEqual(double.sent, [both]);
  stop();
});

test('what is chosen where the server cannot tell takes nothing of its away, then or later', async () => {
  const double = server({ zone: 'utc', theme: 'light', columns: ['time'], changed: 'x' });
  double.away = true;
  const { begun, stop } = syncPreferences(double, 'sam', 0);
  keep('ocpp-logs.theme', 'dark');
  await begun;
  assert.deepEqual(double.sent, [], 'nothing is sent over what is not known');
  assert.equal(herePreferences().theme, 'dark');
  double.away = false;
  const sent = double.next();
  keep('ocpp-logs.quiet', '1');
  await sent;
  const all = { zone: 'utc', theme: 'dark', quiet: true, columns: ['time'], widths: {} };
  assert.deepEqual(double.sent, [all]);
  assert.deepEqual(herePreferences(), all);
  stop();
});

test('what was chosen before a page closed that was never told takes nothing away when the next one opens', async () => {
  const double = server({ zone: 'utc', theme: 'light', columns: ['time'], changed: 'x' });
  const { promise, resolve } = Promise.withResolvers<void>();
  double.answered = promise;
  const first = syncPreferences(double, 'sam', 0);
  keep('ocpp-logs.theme', 'dark');
  first.stop();
  resolve();
  await first.begun;
  assert.deepEqual(double.sent, []);
  const again = syncPreferences(double, 'sam', 0);
  await again.begun;
  assert.deepEqual(double.sent, [{ ...NOTHING, zone: 'utc', theme: 'dark', columns: ['time'], widths: {} }]);
  again.stop();
  // Of what the server took nothing counts as newer.
  const third = syncPreferences(server({ theme: 'light', changed: 'y' }), 'sam', 0);
  await third.begun;
  assert.equal(herePreferences().theme, 'light');
  third.stop();
});
