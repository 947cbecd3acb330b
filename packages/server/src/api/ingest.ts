/** POST /ocpp-logs/site/{id}: frames of a CSMS that pushes them. Answered when they are on the disk. */

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LINES_MAX } from '../capture/recorder/ingest-line.ts';
import { Problem } from '../errors.ts';
import { callerIfAny, callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { inflated, isGzip, mediaType, tooLarge } from './body.ts';
import { BodyMemory, type HeldBody } from './body-memory.ts';
import { ENTRIES_HEADER, type EntryCounts, writeEntryCounts } from './entry-counts.ts';
import { IngestLineSchema } from './ingest-line-schema.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';

/** Bodies of all ingest requests that are in memory at once, as a multiple of one request's limit. */
const BODIES = 4;
/** Of them those of one key: others keep the rest. */
const BODIES_OF_ONE = 2;
const ELSEWHERE_SECONDS = '2';
const TYPES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/json',
  'application/jsonl',
  'text/plain',
];
const DEFAULT_SOURCE = 'ingest';

const AnswerSchema = Type.Object(
  {
    accepted: Type.Integer({ description: 'Frames that were new.' }),
    duplicates: Type.Integer({ description: 'Frames that were stored already.' }),
    rejected: Type.Array(Type.Object({ line: Type.Integer({ minimum: 1 }), reason: Type.String() }), {
      description: 'Lines that were not taken, or could not be stored, counted from 1.',
    }),
    left_out_by_level: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Frames that the level of the site leaves out; absent for none.',
      }),
    ),
  },
  { title: 'IngestAnswer' },
);

const HeaderSchema = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The first answer under this key is given again for 24 hours, and nothing is added.',
    }),
  ),
  'content-encoding': Type.Optional(
    Type.Enum(['gzip', 'identity'], {
      description: 'How the body is packed; not at all unless given.',
    }),
  ),
  'x-ocpp-logs-source': Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      default: DEFAULT_SOURCE,
      description:
        'Names the source. Lines without connection_id belong to one connection per charger and source.',
    }),
  ),
  'x-ocpp-logs-end': Type.Optional(
    Type.Enum(['1'], {
      description: 'The source ends here: what still waits for an answer becomes unanswered.',
    }),
  ),
});

const operation: Operation = {
  id: 'ingestFrames',
  summary: 'Push frames into a site',
  description: `Up to ${LINES_MAX} lines of JSON, one frame or event of a connection each. Answered after the frames are on the disk. Sending the same frames again adds nothing.`,
  tag: 'Logs',
  scope: 'ingest',
  extension: true,
  path: SitePathSchema,
  query: Type.Object({}),
  headers: HeaderSchema,
  body: {
    description: 'One frame, or one event of a connection, a line.',
    content: { 'application/x-ndjson': IngestLineSchema },
  },
  answers: {
    200: { description: 'What became of the lines.', content: { 'application/json': AnswerSchema } },
  },
  problems: [
    'bad-request',
    'site-not-found',
    'body-too-large',
    'body-type',
    'too-many-requests',
    'unavailable',
  ],
};

interface Wish {
  readonly idempotencyKey: string | null;
  readonly source: string;
  readonly last: boolean;
}

interface Answer {
  readonly text: string;
  /** What came into being now: nothing where an earlier answer is given again. */
  readonly entries: EntryCounts;
}

function headerText(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return value === undefined ? null : String(value);
}

function readWish(request: FastifyRequest): Wish {
  const query = new Query(request.raw.url ?? '', []);
  const idempotencyKey = headerText(request, 'idempotency-key');
  if (idempotencyKey !== null && !/^[\x20-\x7e]{1,255}$/.test(idempotencyKey)) {
    query.fault('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  }
  const source = headerText(request, 'x-ocpp-logs-source') ?? DEFAULT_SOURCE;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(source)) {
    query.fault('X-Ocpp-Logs-Source', 'must be 1 to 64 letters, digits, dots, underscores or hyphens');
  }
  const end = headerText(request, 'x-ocpp-logs-end');
  if (end !== null && end !== '1') query.fault('X-Ocpp-Logs-End', 'must be 1 where it is given');
  query.settle();
  return { idempotencyKey, source, last: end === '1' };
}

function countLines(body: Uint8Array): number {
  let lines = 0;
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) lines += 1;
  return body.length > 0 && body.at(-1) !== 0x0a ? lines + 1 : lines;
}

async function readBody(request: FastifyRequest, held: HeldBody, limit: number): Promise<Uint8Array> {
  const sent = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  let body = sent;
  if (isGzip(request)) {
    body = await inflated(sent, limit, (bytes) => held.take(bytes));
    request.body = undefined;
    held.give(sent.length);
  }
  const lines = countLines(body);
  if (lines > LINES_MAX) {
    throw new Problem(
      'body-too-large',
      `A request holds at most ${LINES_MAX} lines, not ${lines}; send several.`,
    );
  }
  return body;
}

export function ingestRoute(api: Api): AddRoutes {
  const memory = new BodyMemory(api.ingestBytes * BODIES, api.ingestBytes * BODIES_OF_ONE);
  const bodies = new WeakMap<FastifyRequest, HeldBody>();
  /** First requests that are not answered yet, by key, site and Idempotency-Key. */
  const running = new Map<string, Promise<Answer>>();

  async function ingest(site: string, wish: Wish, request: FastifyRequest): Promise<Answer> {
    const body = await readBody(request, heldOf(request), api.ingestBytes);
    const answer = await api.recorder.ingest(site, wish.source, body, wish.last);
    const { accepted, duplicates, rejected, entries, leftOut = 0 } = answer;
    const more = leftOut > 0 ? { left_out_by_level: leftOut } : {};
    return { text: JSON.stringify({ accepted, duplicates, rejected, ...more }), entries };
  }

  /** The answer of another request under this key in the last 24 h, at whichever node, or else that of `work`. */
  async function first24h(
    key: string,
    site: string,
    idempotencyKey: string,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const of = [key, site, idempotencyKey] as const;
    const begun = await api.control.beginAnswer(...of, api.now());
    if (begun === 'elsewhere') {
      throw new Problem('unavailable', 'Another node is taking this request; send it again for its answer.', {
        headers: { 'retry-after': ELSEWHERE_SECONDS },
      });
    }
    if (begun !== 'ours') return { text: begun.answer, entries: {} };
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      // Whoever sends it again must not wait until this one is forgotten.
      await api.control.giveUpAnswer(...of).catch(() => undefined);
      throw error;
    }
    await api.control.rememberAnswer(...of, answer.text, api.now());
    return answer;
  }

  async function once(key: string, site: string, wish: Wish, request: FastifyRequest): Promise<Answer> {
    const { idempotencyKey } = wish;
    if (idempotencyKey === null) return ingest(site, wish, request);
    const name = JSON.stringify([key, site, idempotencyKey]);
    const twin = running.get(name);
    if (twin) return twin;
    const first = first24h(key, site, idempotencyKey, () => ingest(site, wish, request));
    running.set(name, first);
    try {
      return await first;
    } finally {
      running.delete(name);
    }
  }

  function heldOf(request: FastifyRequest): HeldBody {
    const held = bodies.get(request);
    if (held === undefined) throw new Error('the body of a push is read before it is held');
    return held;
  }

  return (app) => {
    app.post(
      '/ocpp-logs/site/:id',
      {
        config: describes(operation),
        schema: { params: SitePathSchema },
        bodyLimit: api.ingestBytes,
        preParsing: async (request, reply, payload) => {
          const type = mediaType(request);
          if (type !== null && !TYPES.includes(type)) {
            throw new Problem('body-type', `Content-Type ${type} is not read here; application/x-ndjson is.`);
          }
          const length = Number(request.headers['content-length'] ?? Number.NaN);
          if (length > api.ingestBytes) throw tooLarge(api.ingestBytes);
          // Refuses what is no encoding of ours before it comes.
          isGzip(request);
          // Those who show only with their body which key they have share one.
          const held = memory.open(callerIfAny(request)?.keyId ?? '');
          bodies.set(request, held);
          // Also where the client goes away before there is an answer.
          reply.raw.once('close', () => held.release());
          if (length > 0) held.demand(length);
          return held.taking(payload);
        },
        onResponse: async (request) => bodies.get(request)?.release(),
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const site = siteFor(api.control, caller, request.params.id);
        const { text, entries } = await once(caller.keyId, site.id, readWish(request), request);
        reply.header(ENTRIES_HEADER, writeEntryCounts(entries));
        reply.type('application/json; charset=utf-8').send(text);
        await reply;
      },
    );
  };
}
