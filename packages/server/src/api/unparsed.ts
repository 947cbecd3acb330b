/** Requests that could not even be parsed, or did not come in time: there is no reply object yet, only the socket. */

import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { endAfter } from '../capture/relay/refusal.ts';
import { Problem, problemBody } from '../errors.ts';
import { codeOf, PROBLEM_TYPE } from './problems.ts';
import { REQUEST_ID } from './request-id.ts';

const TIMEOUT = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

export class Unparsed {
  /** The last answer of each connection. */
  readonly #answers = new WeakMap<Socket, ServerResponse>();
  #late = 0;
  #tooLong = 0;
  #malformed = 0;

  /** So that a request that cannot be parsed is never answered within the answer to the one before it. */
  followAnswers(server: Server): void {
    server.on('request', (request, response) => this.#answers.set(request.socket, response));
  }

  /** A body did not come in time. */
  lateBody(): void {
    this.#late += 1;
  }

  counters(): Readonly<Record<string, number>> {
    return {
      http_requests_late_total: this.#late,
      http_requests_head_too_long_total: this.#tooLong,
      http_requests_malformed_total: this.#malformed,
    };
  }

  /** What an HTTP server calls where a request cannot be read. */
  readonly answer = (error: Error, socket: Socket): void => {
    const code = codeOf(error);
    const late = code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const tooLong = code === 'HPE_HEADER_OVERFLOW';
    if (late) this.#late += 1;
    else if (tooLong) this.#tooLong += 1;
    else if (code !== 'ECONNRESET') this.#malformed += 1;
    const response = this.#answers.get(socket);
    if (response?.headersSent && !(response.writableEnded && response.shouldKeepAlive)) {
      // What was being said breaks off, or has been said and was the last.
      if (response.writableEnded) socket.destroySoon();
      else socket.destroy();
      return;
    }
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // Who does not end its side would keep the connection open.
    endAfter(socket, Buffer.from(late ? TIMEOUT : refusal(tooLong)));
  };
}

function refusal(tooLong: boolean): string {
  const problem = tooLong
    ? new Problem('header-too-large', 'Path, query and headers together are longer than this server takes.')
    : new Problem('bad-request', 'This is no well-formed HTTP request.');
  const id = randomUUID();
  const body = JSON.stringify(problemBody(problem, id));
  const reason = tooLong ? 'Request Header Fields Too Large' : 'Bad Request';
  const head =
    `HTTP/1.1 ${problem.status} ${reason}\r\ncontent-type: ${PROBLEM_TYPE}\r\n${REQUEST_ID}: ${id}\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  return head + body;
}
