import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { FiringRecord } from '../store/alarms.ts';
import { firing } from '../store/control/conformance/alarms.ts';
import { alarms } from './alarms-double.ts';
import { DEPOT, server } from './fixtures.ts';

/** Follows with a key of the depot until the first comment has come; no heartbeat comes after that. */
async function followed(t: TestContext) {
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
  control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['yard', { ...DEPOT, id: 'yard' }],
  ]);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { id, bearer } = await key({ sites: ['depot'] });
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${bearer}`, accept: 'text/event-stream' };
  const [events]: IncomingMessage[] = await once(get({ port, path: '/alarms/events', headers }), 'response');
  assert.ok(events);
  const told = events.setEncoding('utf8')[Symbol.asyncIterator]();
  assert.match((await told.next()).value, /^: alive/);
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
  return { control, id, tell, told, rest };
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
