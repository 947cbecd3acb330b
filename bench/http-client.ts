/** One keep-alive connection to one server; an answer is timed from the request to its last byte. */

import { Agent, request } from 'node:http';

export interface Answer {
  readonly ms: number;
  readonly bytes: number;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const ANSWER_LIMIT_MS = 120_000;

export class HttpClient {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.#origin = origin;
    this.#headers = headers;
  }

  get(path: string): Promise<Answer> {
    return this.#ask('GET', path, null);
  }

  post(path: string, body: Uint8Array, type: string): Promise<Answer> {
    return this.#ask('POST', path, { body, type });
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(method: string, path: string, sent: { body: Uint8Array; type: string } | null): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const headers = { ...this.#headers, ...(sent === null ? {} : { 'content-type': sent.type }) };
      const asking = request(this.#origin + path, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const ms = performance.now() - started;
          const body = Buffer.concat(chunks);
          if (response.statusCode === 200) {
            resolve({ ms, bytes: body.length, body, headers: response.headers });
          } else {
            reject(new Error(`${method} ${path}: ${response.statusCode} ${body.toString().slice(0, 500)}`));
          }
        });
      });
      asking.setTimeout(ANSWER_LIMIT_MS, () => asking.destroy(new Error(`${path} took too long`)));
      asking.on('error', reject);
      asking.end(sent?.body);
    });
  }
}
