import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { asAdmin } from './fixtures.ts';
import { importing, spooled, URL_PATH } from './imports-rig.ts';

test('an upload whose sender is silent for a minute is ended and counted, and nothing of it is kept', async (t) => {
  const double = await importing(t);
  await double.app.listen({ host: '127.0.0.1', port: 0 });
  // Safe: a server that listens on TCP has such an address.
  const { port } = double.app.server.address() as AddressInfo;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sender = connect(port, '127.0.0.1');
  t.after(() => sender.destroy());
  sender.on('error', () => {});
  sender.resume();
  const asked = once(double.app.server, 'request');
  sender.write(
    `POST ${URL_PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${asAdmin.authorization}\r\n` +
      'Content-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf',
  );
  await asked;
  while (double.jobs.counters().imports_uploading !== 1 || spooled(double) === 0)
    await new Promise(setImmediate);
  const closed = once(sender, 'close');
  t.mock.timers.tick(60_000);
  await closed;
  while (double.jobs.counters().imports_uploading !== 0 || spooled(double) > 0)
    await new Promise(setImmediate);
  const counted = await double.app.inject({ url: '/metrics', headers: asAdmin });
  assert.match(counted.body, /^ocpp_logs_http_requests_late_total 1$/m);
});
