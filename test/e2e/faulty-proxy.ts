/** A proxy in front of a server that fails as it is told, for tests of what reads through it. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What becomes of a request. */
export type Fault =
  | 'none'
  | 'error'
  | 'too-many'
  | 'unavailable-until'
  /** Half of the body, then nothing. */
  | 'cut'
  | 'dropped'
  /** Half of the body as if it were all. */
  | 'half';

export interface FaultyProxy {
  readonly url: string;
  /** Path and query of every request, in order. */
  readonly asked: readonly string[];
  /** Asked before each request is passed on. */
  onRequest: (path: string, nth: number) => Promise<Fault> | Fault;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Parameters beyond the published ones are refused, as a server that knows no others does. */
  readonly publishedOnly?: boolean;
}

const PUBLISHED = ['from', 'to', 'actions', 'sort_order', 'take', 'skip'];
const HEADERS = ['x-api-key', 'x-req-timestamp', 'x-signature', 'authorization', 'accept'];

export async function faultyProxy(target: string, options: ProxyOptions = {}): Promise<FaultyProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    onRequest: () => 'none',
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    asked.push(path);
    const fault = await proxy.onRequest(path, asked.length);
    if (fault === 'error') return void response.writeHead(500).end('<html>');
    if (fault === 'too-many') return void response.writeHead(429, { 'retry-after': '1' }).end();
    if (fault === 'unavailable-until') {
      return void response.writeHead(503, { 'retry-after': new Date().toUTCString() }).end();
    }
    if (fault === 'dropped') return void response.destroy();
    const unknown = unpublished(path);
    if (options.publishedOnly === true && unknown !== undefined) {
      const errors = [{ parameter: unknown, message: 'is unknown' }];
      return void response.writeHead(400).end(JSON.stringify({ title: 'Bad request', errors }));
    }
    const answer = await fetch(target + path, { headers: passedOn(request) });
    const body = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, {
      'content-type': type,
      ...(fault === 'half' ? {} : { 'content-length': body.length }),
    });
    const half = body.subarray(0, Math.floor(body.length / 2));
    if (fault === 'cut') response.write(half, () => response.destroy());
    else response.end(fault === 'half' ? half : body);
  }

  return proxy;
}

function unpublished(path: string): string | undefined {
  const names = new URL(path, 'http://x').searchParams.keys();
  return [...names].find((name) => !PUBLISHED.includes(name));
}

function passedOn({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
