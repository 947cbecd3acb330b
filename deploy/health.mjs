// Exit status 0 while the server of this container can do its work: what HEALTHCHECK asks.
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

const {
  OCPP_LOGS_PORT: port = '9016',
  OCPP_LOGS_TLS_CERT_FILE: certificate = '',
  OCPP_LOGS_TLS_PORT: beside = '',
} = process.env;
// With a port of its own for TLS the other one stays plain.
const ask = certificate !== '' && beside === '' ? secure : plain;

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
