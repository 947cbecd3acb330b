/** GET /audit: who did what. */

import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { AUDIT_ACTIONS, AUDIT_TAKE_MAX, type AuditAction, type AuditRecord } from '../store/audit.ts';
import type { Api } from './api.ts';
import { readInstant } from './instant.ts';
import { JSON_TYPE } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';

const TAKE = 100;
const OptionalText = Type.Union([Type.String(), Type.Null()]);

const AuditRecordSchema = Type.Object(
  {
    n: Type.Integer({ description: 'Goes up by one with every record.' }),
    time: Type.String(),
    actor: Type.String({
      description: 'Id of a key or user; admin-token, command-line, nobody, or others.',
    }),
    name: Type.String({ description: 'As the actor was called then.' }),
    action: Type.Enum([...AUDIT_ACTIONS]),
    site: OptionalText,
    target: Type.Union([Type.String(), Type.Null()], {
      description: 'What it was done to: id of a key, user, charger, export or import.',
    }),
    address: OptionalText,
    request_id: OptionalText,
    details: Type.Record(Type.String(), Type.Unknown()),
    count: Type.Integer({ description: 'How many this record stands for.' }),
  },
  { title: 'AuditRecord' },
);
const AuditPageSchema = Type.Object({
  records: Type.Array(AuditRecordSchema),
  next_cursor: OptionalText,
});

const QuerySchema = Type.Object({
  from: Type.Optional(Type.String({ description: 'ISO 8601, inclusive.' })),
  to: Type.Optional(Type.String({ description: 'ISO 8601, exclusive.' })),
  actor: Type.Optional(Type.String({ description: 'Id or name.' })),
  action: Type.Optional(Type.String({ description: `Comma-separated: ${AUDIT_ACTIONS.join(', ')}.` })),
  site: Type.Optional(Type.String({ description: 'Id of a site.' })),
  take: Type.Optional(Type.Integer({ minimum: 1, maximum: AUDIT_TAKE_MAX, default: TAKE })),
  cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
});

const operation: Operation = {
  id: 'listAudit',
  summary: 'Audit log',
  description:
    'Sign-ins, keys, users, settings, commands, exports, and who read raw messages; newest first. Reads are told together for each actor, site and minute.',
  tag: 'Server',
  scope: 'admin',
  everywhere: true,
  extension: true,
  query: QuerySchema,
  answers: { 200: { description: 'A page of records.', content: { [JSON_TYPE]: AuditPageSchema } } },
  problems: ['bad-request', 'unavailable'],
};

export function auditBody({ at, request, n, ...rest }: AuditRecord): Static<typeof AuditRecordSchema> {
  return { n, time: new Date(at).toISOString(), ...rest, request_id: request, details: { ...rest.details } };
}

function instant(query: Query, name: string, preset: number): number {
  const text = query.text(name);
  if (text === null) return preset;
  const read = readInstant(text);
  if ('ms' in read) return read.ms;
  query.fault(name, read.fault);
  return preset;
}

function actionsIn(query: Query): readonly AuditAction[] | null {
  const wanted: readonly string[] | null = query.narrowing('action');
  const wrong = wanted?.find((action) => !AUDIT_ACTIONS.some((known) => known === action));
  if (wrong !== undefined)
    query.fault('action', `must be any of ${AUDIT_ACTIONS.join(', ')}, not "${wrong}"`);
  return wanted === null ? null : AUDIT_ACTIONS.filter((action) => wanted.includes(action));
}

export function auditRoutes(api: Api): AddRoutes {
  async function list(request: FastifyRequest): Promise<Static<typeof AuditPageSchema>> {
    const query = new Query(request.raw.url ?? '', Object.keys(QuerySchema.properties));
    const take = query.integer('take', 1, AUDIT_TAKE_MAX, TAKE);
    const wanted = {
      from: instant(query, 'from', 0),
      to: instant(query, 'to', Number.MAX_SAFE_INTEGER),
      actor: query.text('actor'),
      actions: actionsIn(query),
      site: query.text('site'),
      before: query.integer('cursor', 1, Number.MAX_SAFE_INTEGER, null),
    };
    query.settle();
    const found = await api.control.audits({ ...wanted, take: take + 1 });
    const records = found.slice(0, take);
    const last = found.length > take ? records.at(-1) : undefined;
    return { records: records.map(auditBody), next_cursor: last === undefined ? null : String(last.n) };
  }

  return (app) => {
    app.get('/audit', { config: describes(operation), schema: { response: { 200: AuditPageSchema } } }, list);
  };
}
