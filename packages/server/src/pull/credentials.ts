/** What a request to the other server bears so that it is let in. */

import { hmacKeyOf } from '../auth/keys.ts';
import { PREFIX, signatureOf } from '../auth/signature.ts';
import type { SIGN_PATHS } from '../config/schema.ts';

/** The path as it goes out, or what follows `/rest/v1`. */
export type SignPath = (typeof SIGN_PATHS)[number];

export type Credentials =
  | {
      readonly kind: 'signed';
      readonly apiKey: string;
      readonly secret: string;
      readonly signPath: SignPath;
    }
  | { readonly kind: 'bearer'; readonly bearer: string };

/** `path` is path and query as they are sent; `now` in ms. */
export function headersFor(
  credentials: Credentials,
  path: string,
  now: number,
): Readonly<Record<string, string>> {
  if (credentials.kind === 'bearer') return { authorization: `Bearer ${credentials.bearer}` };
  const { apiKey, secret, signPath } = credentials;
  const timestamp = String(Math.floor(now / 1000));
  const request = { method: 'GET', url: path, timestamp, signature: '', body: new Uint8Array() };
  const signed = signPath === 'as-sent' ? path : withoutPrefix(path);
  const signature = Buffer.from(signatureOf(hmacKeyOf(secret), request, signed)).toString('hex');
  return { 'x-api-key': apiKey, 'x-req-timestamp': timestamp, 'x-signature': signature };
}

function withoutPrefix(path: string): string {
  const at = path.indexOf(`${PREFIX}/`);
  return at < 0 ? path : path.slice(at + PREFIX.length);
}
