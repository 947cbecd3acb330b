/** HTTP written byte for byte, so that what no client would send can be sent. */

import { connect } from 'node:net';

export interface WireRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** As they stand on the wire, beside Host and Connection; latin1. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** Instead of the length of the body. */
  readonly length?: string;
}

export interface WireAnswer {
  /** null: the connection ended without an answer. */
  readonly status: number | null;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const LIMIT_MS = 20_000;

export function bytesOf(request: WireRequest, host: string): Buffer {
  const { method, target, headers, body, length = String(body?.length ?? 0) } = request;
  const all = [['host', host], ['connection', 'close'], ...headers];
  if (body !== null || length !== '0') all.push(['content-length', length]);
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ]);
}

/** A line for a shell. */
export function shellLine(request: WireRequest, host: string): string {
  const bytes = bytesOf(request, host).toString('latin1');
  const text = bytes.replaceAll(
    /[^ -~]|[\\'%]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const shown = text.replaceAll(
    /(.{1,8}?)\1{50,}/g,
    (all: string, piece: string) => `{${piece} x ${all.length / piece.length}}`,
  );
  return `printf '%b' '${shown}' | nc ${host.replace(':', ' ')}`;
}

/** Sends it and takes the answer; an endless one up to its head. */
export function ask(url: string, request: WireRequest): Promise<WireAnswer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const limit = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(
          `no end of an answer within ${LIMIT_MS / 1000} s, ${Buffer.concat(chunks).length} bytes came`,
        ),
      );
    }, LIMIT_MS);
    const finish = () => {
      clearTimeout(limit);
      socket.destroy();
      resolve(parsed(Buffer.concat(chunks)));
    };
    // A refused body may be answered and reset while it is sent.
    socket.on('error', finish);
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (/\r\ncontent-type: text\/event-stream/i.test(chunk.toString('latin1'))) finish();
    });
    // Node takes the end of a sender for the end of its wish. Of a body that is too short there is nothing else to come.
    if (request.length === undefined) socket.write(bytesOf(request, host));
    else socket.end(bytesOf(request, host));
  });
}

function parsed(bytes: Buffer): WireAnswer {
  // An interim answer (RFC 9110 15.2) comes before the one that counts.
  if (bytes.indexOf('HTTP/1.1 1') === 0) return parsed(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
  const at = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = (at < 0 ? '' : bytes.toString('latin1', 0, at)).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(at + 4);
  const chunked = headers.get('transfer-encoding') === 'chunked';
  return {
    status: status === undefined ? null : Number(status),
    headers,
    body: chunked ? dechunked(rest) : rest,
  };
}

function dechunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
