/**
 * Posts a notice. Its signature covers the time, so that nobody can send it again later: `OCPP-Logs-Signature:
 * t=SECONDS,v1=HEX`, HMAC-SHA256 with the secret over `SECONDS.BODY`.
 */

import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction } from 'node:net';

const SIGNATURE = 'ocpp-logs-signature';
const FIRING = 'ocpp-logs-firing';

export interface WebhookPost {
  readonly url: string;
  readonly body: string;
  /** Names the firing, so that one that comes twice can be told. */
  readonly id: string;
  /** null: it is not signed. */
  readonly secret: string | null;
  /** s since 1970. */
  readonly seconds: number;
}

export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** Rejects where it is not answered with 2xx until `signal` is aborted. Redirects are not followed: they may lead anywhere. */
export function postWebhook(
  { url, body, id, secret, seconds }: WebhookPost,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<void> {
  const address = new URL(url);
  const send = address.protocol === 'https:' ? requestTls : requestPlain;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'ocpp-logs',
    [FIRING]: id,
    ...(secret === null ? {} : { [SIGNATURE]: signatureOf(secret, seconds, body) }),
  };
  return new Promise((resolve, reject) => {
    const request = send(address, { method: 'POST', headers, lookup, signal, agent: false }, (response) => {
      const { statusCode = 0 } = response;
      // What it says is not read: only whether it took it.
      response.destroy();
      if (statusCode >= 200 && statusCode < 300) resolve();
      else reject(new Error(`it answered ${statusCode}`));
    });
    request.once('error', reject);
    request.end(body);
  });
}
