/** Uploads for the tests of imports over HTTP. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Desk, desk } from '../import/jobs/fixtures.ts';
import { asAdmin, type ServerDouble, server } from './fixtures.ts';
import type { ApiOptions } from './routes.ts';

export const LOG = [
  '2026-01-05T10:00:00.000Z RECV [2,"1","Heartbeat",{}]',
  'hello',
  '2026-01-05T10:00:00.250Z SEND [3,"1",{"currentTime":"2026-01-05T10:00:00Z"}]',
  '',
].join('\n');
export const URL_PATH = '/rest/v1/imports?site=depot&charger_id=CP_1';

export interface Double extends ServerDouble, Desk {}

export async function importing(t: TestContext, change: Partial<ApiOptions> = {}): Promise<Double> {
  const made = await desk(t);
  const double = server(t, { imports: made.jobs, ...change });
  return { ...double, ...made, clock: double.clock };
}

interface Sent {
  readonly url?: string;
  readonly headers?: Record<string, string>;
}

export const raw = ({ app }: Double, payload: string | Buffer, { url = URL_PATH, headers = {} }: Sent = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { ...asAdmin, ...headers } });

export const BOUNDARY = 'x-boundary-of-the-tests';
export function form(
  parts: readonly { name: string; filename?: string; content: string | Buffer }[],
): Buffer {
  const pieces = parts.flatMap(({ name, filename, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
export const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

export const spooled = ({ folder }: Double) => readdirSync(join(folder, 'imports')).length;
