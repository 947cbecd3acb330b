/** Imported frames to a running server, over its own ingest route. */

import { setTimeout as wait } from 'node:timers/promises';
import { ENTRIES_HEADER, readEntryCounts } from '../../api/entry-counts.ts';
import type { SinkAnswer } from '../../import/sink.ts';
import { CommandError } from '../command.ts';
import type { OpenSink } from './late-sink.ts';
import type { Origin } from './origin.ts';

const ANSWER_MS = 120_000;
/** A new site is known to the server within a second; a full one asks for patience. */
const TRIES = 50;
const PAUSE_MS = 200;
const WORTH_TRYING = [404, 429, 503];

export class HttpSink implements OpenSink {
  readonly #address: string;
  readonly #token: string;
  readonly #origin: Origin;

  constructor(url: string, token: string, site: string, origin: Origin) {
    this.#address = `${url}/rest/v1/ocpp-logs/site/${encodeURIComponent(site)}`;
    this.#token = token;
    this.#origin = origin;
  }

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    for (let tried = 1; ; tried += 1) {
      const response = await this.#post(body, last);
      const text = await response.text();
      if (response.ok) return readAnswer(text, response.headers.get(ENTRIES_HEADER));
      if (!WORTH_TRYING.includes(response.status) || tried === TRIES) {
        throw new CommandError(`the running server refused the frames: ${response.status} ${detailOf(text)}`);
      }
      await wait(PAUSE_MS);
    }
  }

  async close(): Promise<void> {}

  async #post(body: Uint8Array, last: boolean): Promise<Response> {
    try {
      return await fetch(this.#address, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/x-ndjson',
          'x-ocpp-logs-source': this.#origin.source,
          ...(last ? { 'x-ocpp-logs-end': '1' } : {}),
        },
        body: Buffer.from(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(
        `the running server did not answer: ${why}; ${this.#origin.command} again, nothing is added twice`,
      );
    }
  }
}

type IngestBody = Omit<SinkAnswer, 'entries' | 'leftOut'> & { readonly left_out_by_level?: number };

function readAnswer(text: string, entries: string | null): SinkAnswer {
  // Safe: the answer of our own ingest route, whose tests hold it to this form.
  const answer = JSON.parse(text) as IngestBody;
  const { accepted, duplicates, rejected, left_out_by_level: leftOut = 0 } = answer;
  return { accepted, duplicates, rejected, leftOut, entries: readEntryCounts(entries ?? '') };
}

/** `detail` of problem+json (RFC 9457), or the text as it is. */
function detailOf(text: string): string {
  const short = text.slice(0, 300);
  return /"detail":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? short;
}
