/**
 * The engine as a server of ClickHouse's HTTP interface: as much of it as the official client uses. A test may put
 * faults between: refuse, be slow, break off, or fail after what was asked for has been done.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Engine, EngineError } from './engine.ts';

/** What a test makes of a request: `before` and `after` the engine has run it. */
export interface Fault {
  readonly when: 'before' | 'after';
  /** Status and code of ClickHouse; or the connection is broken off; or nothing comes at all. */
  readonly answer:
    | { readonly status: number; readonly code: number; readonly message: string }
    | 'reset'
    | 'silence'
    /** It says that it has done it. */
    | 'nothing';
}

/** Not settings of the engine. */
const OF_HTTP = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'enable_http_compression',
  'role',
  'session_id',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
]);

export class HttpEngine {
  readonly #engine: Engine;
  readonly #server: Server;
  #port: number;
  /** Of every statement that was run: its beginning. */
  readonly statements: string[] = [];
  /** Asked before each statement; `token` is that of an insert. */
  fault: (sql: string, token: string | null) => Fault | null = () => null;
  /** Waited for before each statement, which was sent whole. */
  before: (sql: string, token: string | null) => Promise<void> = async () => undefined;
  /** Told when the engine has run a statement, before that is answered. */
  ran: (sql: string) => void = () => undefined;

  /** `folder`: as {@link Engine} has it. `port`: any that is free unless given. */
  constructor(folder?: string, port = 0) {
    this.#engine = new Engine(folder);
    this.#port = port;
    this.#server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(asError(error)));
    });
  }

  /** Where it listened before, once it has. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    // Listening on a port, so the address is no path.
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections are refused until it listens again. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#engine.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    if (url.pathname === '/ping') {
      response.end('Ok.\n');
      return;
    }
    const body = await bodyOf(request);
    const asked = url.searchParams.get('query');
    const sql = asked ?? body.toString('utf8');
    this.statements.push(sql.slice(0, 200));
    const token = url.searchParams.get('insert_deduplication_token');
    await this.before(sql, token);
    const fault = this.fault(sql, token);
    if (fault?.when === 'before') return failed(response, fault.answer);
    const settings = new Map(
      [...url.searchParams].filter(([name]) => !OF_HTTP.has(name) && !name.startsWith('param_')),
    );
    const parameters = new Map(
      [...url.searchParams].flatMap(([name, value]) =>
        name.startsWith('param_') ? [[name.slice('param_'.length), value] as const] : [],
      ),
    );
    try {
      const bytes = await this.#engine.run({ sql, parameters, settings, body: asked === null ? null : body });
      this.ran(sql);
      if (fault?.when === 'after') return failed(response, fault.answer);
      response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? '');
      response.setHeader('X-ClickHouse-Summary', '{}');
      send(request, url, response, bytes);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failed(response, {
        status: error.code === 60 || error.code === 81 ? 404 : 500,
        code: error.code,
        message: error.message,
      });
    }
  }
}

function send(request: IncomingMessage, url: URL, response: ServerResponse, bytes: Uint8Array): void {
  const accepted =
    url.searchParams.get('enable_http_compression') === '1' ? request.headers['accept-encoding'] : undefined;
  const encoding = ['zstd', 'gzip'].find((each) => String(accepted ?? '').includes(each));
  if (encoding === undefined || bytes.length === 0) {
    response.end(bytes);
    return;
  }
  response.setHeader('Content-Encoding', encoding);
  response.end(encoding === 'zstd' ? zstdCompressSync(bytes) : gzipSync(bytes));
}

function failed(response: ServerResponse, answer: Fault['answer']): void {
  if (answer === 'silence') return;
  if (answer === 'nothing') {
    response.end();
    return;
  }
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  response.setHeader('X-ClickHouse-Exception-Code', String(answer.code));
  response.end(
    answer.message.startsWith('Code:')
      ? answer.message
      : `Code: ${answer.code}. DB::Exception: ${answer.message}`,
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  switch (request.headers['content-encoding']) {
    case 'zstd':
      return zstdDecompressSync(bytes);
    case 'gzip':
      return gunzipSync(bytes);
    default:
      return bytes;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
