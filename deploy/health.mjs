// Exit status 0 while the server of this container can do its work: what HEALTHCHECK asks.
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

const { OCPP_LOGS_PORT: port = '9016', OCPP_LOGS_TLS_CERT_FILE: certificate = '' } = process.env;
const ask = certificate === '' ? plain : secure;

// It asks itself: the name in the certificate is of no matter here.
ask(
  { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 4_000 },
  ({ statusCode }) => {
    process.exit(statusCode === 200 ? 0 : 1);
  },
)
  .on('timeout', () => process.exit(1))
  .on('error', ({ message }) => {
    console.error(message);
    process.exit(1);
  })
  .end();
