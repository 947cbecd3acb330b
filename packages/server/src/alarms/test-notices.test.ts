import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import type { AlarmTarget } from '../store/alarms.ts';
import { alarm } from '../store/control/conformance/alarms.ts';
import { DEPOT, log, notice, T0 } from './alarms.fixture.ts';
import { send } from './sending.ts';
import { syslogMessage } from './syslog.ts';
import { sealTargetSecret } from './target-secrets.ts';
import { TestNotices, TooManyTests } from './test-notices.ts';
import { signatureOf } from './webhook.ts';

const KEY = new Uint8Array(32).fill(7);
const A1 = alarm('a1', { name: 'Faults' });

async function rig(t: TestContext, allow: readonly string[] = ['127.0.0.1']) {
  const received: { readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString('utf8'), headers: request.headers });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { lookup } = await log(t);
  const rule = new UpstreamRule(allow, 'alarms.allow');
  const tests = new TestNotices({
    send: (sending) => send(sending, { lookup, rule, now: () => T0 }),
    secretKey: KEY,
    now: () => T0,
  });
  const target: AlarmTarget = {
    ...{ kind: 'webhook', id: 't1', sealed: sealTargetSecret(KEY, 't1', 'geheim') },
    // Safe: a TCP server that listens has an address and a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  };
  const answer = (code: number) => {
    status = code;
  };
  return { tests, target, received, answer };
}

test('a test comes as a firing does, signed, and says that it is none', async (t) => {
  const { tests, target, received, answer } = await rig(t);
  assert.equal(await tests.send({ alarm: A1, target, site: DEPOT }), null);
  const [first = assert.fail()] = received;
  assert.deepEqual(JSON.parse(first.body), {
    type: 'alarm.test',
    id: `test_${T0}`,
    alarm: { id: 'a1', name: 'Faults', rule: A1.rule },
    site: DEPOT,
    station: '',
    time: new Date(T0).toISOString(),
    fired: new Date(T0).toISOString(),
    entries: [],
  });
  assert.equal(first.headers['ocpp-logs-signature'], signatureOf('geheim', T0 / 1000, first.body));
  assert.equal(first.headers['ocpp-logs-firing'], `test_${T0}`);
  answer(503);
  assert.equal(await tests.send({ alarm: A1, target, site: DEPOT }), 'it answered 503');
  assert.deepEqual(tests.counters(), { alarms_tests_sent_total: 1, alarms_tests_failed_total: 1 });
  const line = syslogMessage(notice({ id: null, station: '' })).toString('utf8');
  assert.match(line, /id="test_\d+".* \ufeffTest of Connector Faulted: Depot North, /);
});

test('where a firing may not go a test does not go either, nor with a secret that cannot be read', async (t) => {
  const { tests, target, received } = await rig(t, []);
  assert.match(
    String(await tests.send({ alarm: A1, target, site: DEPOT })),
    /^must not lead to 127\.0\.0\.1/,
  );
  const lost = { ...target, sealed: sealTargetSecret(KEY, 'other', 'x') };
  const told = await tests.send({ alarm: A1, target: lost, site: DEPOT });
  assert.equal(told, 'its secret cannot be read: set it again');
  assert.equal(received.length, 0);
});

test('so many in a minute, whomever they are to', async () => {
  let sent = 0;
  const tests = new TestNotices({
    send: async () => {
      sent += 1;
      return null;
    },
    secretKey: KEY,
    now: () => T0,
  });
  const target = { kind: 'syslog', id: 't1', url: 'udp://logs.example:514', sealed: null } as const;
  const all = Array.from({ length: 11 }, (_, at) =>
    tests.send({ alarm: A1, target: { ...target, id: `t${at}` }, site: DEPOT }),
  );
  const ended = await Promise.allSettled(all);
  const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  assert.equal(sent, 10);
  assert.ok(refused[0] instanceof TooManyTests && refused[0].waitMs > 0 && refused.length === 1);
});
