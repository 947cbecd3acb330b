/** The server that a command speaks to: the one that runs on the data folder, or another one by its address. */

import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Call, CommandError, textFlag, UsageError } from '../command.ts';
import { serving } from '../import/open-sink.ts';
import { settingsOf } from '../settings.ts';

/** Beyond any answer of a station. */
const BODY_MAX = 64 * 1024 * 1024;
const KEY = 'OCPP_LOGS_KEY';

export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
}

export class ServerClient {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  constructor(url: string, token: string, signal: AbortSignal) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  /** No limit of time: a call may wait for its turn behind others. */
  async ask(method: 'GET' | 'POST', path: string, body = ''): Promise<ServerAnswer> {
    const send = this.#url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(`${this.#url}/rest/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === ''
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
      signal: this.#signal,
    });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request.on('error', reject);
        request.once('response', resolve);
        request.end(body);
      });
      return { status: response.statusCode ?? 0, text: await textOf(response) };
    } catch (error) {
      request.destroy();
      if (this.#signal.aborted || error instanceof CommandError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandError(`${this.#url} did not answer: ${why}`);
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    // Safe: the stream has no encoding set.
    const bytes = piece as Buffer;
    length += bytes.length;
    if (length > BODY_MAX) throw new CommandError(`the answer is larger than ${BODY_MAX} bytes`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

export async function openServer(call: Call, signal: AbortSignal): Promise<ServerClient> {
  const url = textFlag(call, 'url');
  const key = textFlag(call, 'key') ?? call.terminal.environment[KEY];
  if (url !== undefined) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new UsageError(
        `--url: "${url}" is not allowed; allowed is an address such as http://127.0.0.1:9016`,
      );
    }
    if (key === undefined) throw new UsageError(`--url needs a key with the scope admin: --key or ${KEY}`);
    return new ServerClient(url.replace(/(\/rest\/v1)?\/*$/, ''), key, signal);
  }
  const { data } = settingsOf(call);
  const holder = await serving(data);
  if (holder?.url == null || holder.token === null) {
    throw new CommandError(
      `no server runs on ${data}: start one with ocpp-logs serve, or name another with --url`,
    );
  }
  return new ServerClient(holder.url, key ?? holder.token, signal);
}
