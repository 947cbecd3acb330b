/** What a program sends with a GET that it signs. */

import { createHash, createHmac } from 'node:crypto';

export interface SigningKey {
  readonly api_key: string;
  readonly secret: string;
}

export function signedHeaders(
  path: string,
  { api_key, secret }: SigningKey,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const hashed = createHash('sha256').update(secret).digest('hex');
  const signature = createHmac('sha256', hashed).update(`GET:${path}:${timestamp}:`).digest('hex');
  return { 'x-api-key': api_key, 'x-req-timestamp': timestamp, 'x-signature': signature };
}
