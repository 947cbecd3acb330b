import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { FiringRecord } from '../store/alarms.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { alarms } from './alarms-double.ts';
import { type ControlDouble, DEPOT, server } from './fixtures.ts';

/** Follows with a key of the depot until the first comment has come; no heartbeat comes after that. */
async function followed(
  t: TestContext,
  headers: Readonly<Record<string, string>> = {},
  prepare: (control: ControlDouble) => Promise<void> = async () => undefined,
) {
  const listeners = new Set<(firing: FiringRecord) => void>();
  const double = server(t, {
    alarms: alarms({
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
  });
  const { app, control, key } = double;
  await prepare(control);
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['yard', { ...DEPOT, id: 'yard' }],
  ]);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { id, bearer } = await key({ sites: ['depot'] });
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const asked = { authorization: `Bearer ${bearer}`, accept: 'text/event-stream', ...headers };
  const [events]: IncomingMessage[] = await once(
    get({ port, path: '/alarms/events', headers: asked }),
    'response',
  );
  assert.ok(events);
  const told = events.setEncoding('utf8')[Symbol.asyncIterator]();
  const { value: begun } = await told.next();
  assert.match(begun, /^: alive/);
  const tell = (n: number, site: string) => {
    const { quietMs: _, ...kept } = firing(`k${n}`, { site });
    for (const listener of listeners) listener({ ...kept, n });
  };
  const rest = async () => {
    let text = '';
    for (;;) {
      const { done, value } = await told.next();
      if (done === true) return text;
      text += value;
    }
  };
  return { control, id, tell, told, rest, begun };
}

test('who follows firings hears of the own sites alone', async (t) => {
  const { tell, told } = await followed(t);
  tell(1, 'yard');
  tell(2, 'depot');
  const { value } = await told.next();
  assert.match(value, /"site":"depot"/);
  assert.doesNotMatch(value, /yard/);
});

test('a key that is revoked hears no firing more, and what it hears them by ends at once', async (t) => {
  const { control, id, tell, rest } = await followed(t);
  await control.revokeKey(id);
  tell(1, 'depot');
  assert.equal(await rest(), '');
});

test('a change that leaves the right to it as it is ends nothing', async (t) => {
  const { control, tell, told } = await followed(t);
  await control.putSite({ ...DEPOT, name: 'Other' });
  tell(1, 'depot');
  assert.match((await told.next()).value, /"site":"depot"/);
});

/** What came true, of the depot and elsewhere. */
const fired =
  (...sites: readonly string[]) =>
  async (control: ControlDouble) => {
    await control.alarms.put(alarm('a1'));
    await control.alarms.fire(sites.map((site, at) => firing(`k${at}`, { site })));
  };

test('where a reader begins says nothing of what came true at other sites', async (t) => {
  const alone = await followed(t, {}, fired('depot'));
  t.mock.timers.reset();
  const among = await followed(t, {}, fired('depot', 'yard', 'yard'));
  t.mock.timers.reset();
  assert.deepEqual([alone.begun, among.begun], Array(2).fill(': alive\nid: firing_k0\n\n'));
  const quiet = await followed(t, {}, fired());
  t.mock.timers.reset();
  const silent = await followed(t, {}, fired('yard'));
  assert.deepEqual([quiet.begun, silent.begun], Array(2).fill(': alive\nid: firing_none\n\n'));
});

test('the id that heartbeats carry does not move with what comes true elsewhere', async (t) => {
  const { tell, told, begun } = await followed(t, {}, fired('depot'));
  tell(4, 'yard');
  t.mock.timers.tick(15_000);
  assert.equal((await told.next()).value, begun);
  tell(5, 'depot');
  assert.match((await told.next()).value, /^id: firing_k5\nevent: firing\n/);
  t.mock.timers.tick(15_000);
  assert.equal((await told.next()).value, ': alive\nid: firing_k5\n\n');
});

for (const [name, last, wanted] of [
  ['a firing goes on behind it', 'firing_k0', ['firing_k2']],
  ['nothing, as there was none, hears all that came since', 'firing_none', ['firing_k0', 'firing_k2']],
  ['a firing that is gone hears of what is kept', 'firing_gone', ['firing_k0', 'firing_k2']],
  ['an id that this server never gave begins with what comes', '2', []],
] as const) {
  test(`who comes back with ${name}`, async (t) => {
    const { told, tell, begun } = await followed(
      t,
      { 'last-event-id': last },
      fired('depot', 'yard', 'depot'),
    );
    tell(9, 'depot');
    let text = begun;
    while (!text.includes('firing_k9')) text += (await told.next()).value;
    const ids = [...text.matchAll(/^id: (\S+)\nevent: firing$/gm)].map(([, id]) => id);
    assert.deepEqual(ids, [...wanted, 'firing_k9']);
  });
}
