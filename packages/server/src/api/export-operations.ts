/** What the export routes say of themselves. */

import { Type } from 'typebox';
import { EXPORT_FORMATS } from '../export/format.ts';
import { FORMATS } from '../export/formats.ts';
import {
  EstimateSchema,
  ExportJobSchema,
  ExportListSchema,
  ExportPathSchema,
  ExportWishSchema,
} from './export-schemas.ts';
import type { Operation } from './operation.ts';

const BODY = { description: 'What to export.', content: { 'application/json': ExportWishSchema } };
const JOB = { 'application/json': ExportJobSchema };
const COMMON = { tag: 'Exports', scope: 'read', extension: true } as const;
const OF_WISH = ['bad-request', 'site-not-found', 'body-too-large', 'body-type', 'unavailable'] as const;
const OF_JOB = ['bad-request', 'not-found', 'gone'] as const;

const file = Type.String({ description: 'The bytes of the file.' });
const FILES = Object.fromEntries(EXPORT_FORMATS.map((name) => [FORMATS[name].mediaType.split(';')[0], file]));

const RANGE = Type.Object({
  range: Type.Optional(
    Type.String({ description: 'One range of bytes: bytes=1000-, bytes=0-999, bytes=-500.' }),
  ),
  'if-range': Type.Optional(
    Type.String({ description: 'The ETag of an earlier answer: a range only if it is still the same file.' }),
  ),
});

export const exportOperations = {
  create: {
    ...COMMON,
    id: 'createExport',
    audit: 'export-asked',
    summary: 'Export entries',
    description:
      'Makes a file of all entries that match. Large ones are made in the background: the answer says where to ask. One of up to 10,000 entries is waited for. Where Accept names the type of the file, one of up to 50,000 entries is answered with the file itself.',
    query: Type.Object({}),
    body: BODY,
    answers: {
      200: {
        description: 'The file itself, where Accept asks for it; with estimate_only the estimate.',
        content: { ...FILES, 'application/json': EstimateSchema },
      },
      201: { description: 'The export is done.', content: JOB },
      202: { description: 'The export waits or runs; Location says where to ask.', content: JOB },
    },
    problems: [...OF_WISH, 'not-acceptable', 'too-many-requests', 'export-failed'],
  },
  estimate: {
    ...COMMON,
    id: 'estimateExport',
    summary: 'How much an export would be',
    description: 'Counts the entries and tells the bytes from some of them. Begins nothing.',
    query: Type.Object({}),
    body: BODY,
    answers: { 200: { description: 'The estimate.', content: { 'application/json': EstimateSchema } } },
    problems: OF_WISH,
  },
  list: {
    ...COMMON,
    id: 'listExports',
    summary: 'Exports',
    description: 'Those that this key asked for, newest first; a key with the scope admin sees all.',
    query: Type.Object({}),
    answers: { 200: { description: 'The exports.', content: { 'application/json': ExportListSchema } } },
    problems: ['bad-request'],
  },
  one: {
    ...COMMON,
    id: 'getExport',
    summary: 'One export',
    description: 'How an export goes, and where its file is.',
    path: ExportPathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The export.', content: JOB } },
    problems: OF_JOB,
  },
  remove: {
    ...COMMON,
    id: 'deleteExport',
    audit: 'export-removed',
    summary: 'Cancel or remove an export',
    description: 'Ends it where it has not ended, and removes its file.',
    path: ExportPathSchema,
    query: Type.Object({}),
    answers: { 204: { description: 'It is gone.' } },
    problems: OF_JOB,
  },
  file: {
    ...COMMON,
    id: 'getExportFile',
    audit: 'export-downloaded',
    summary: 'The file of an export',
    description: 'Can be resumed with Range after a cut, and after a restart of the server.',
    path: ExportPathSchema,
    query: Type.Object({}),
    headers: RANGE,
    answers: {
      200: { description: 'The file. ETag, Repr-Digest and X-Sha256 hold its SHA-256.', content: FILES },
      206: { description: 'The range that was asked for.', content: FILES },
    },
    problems: [...OF_JOB, 'not-finished', 'range-not-satisfiable', 'export-failed'],
  },
  events: {
    ...COMMON,
    id: 'followExport',
    summary: 'Progress of an export',
    description:
      'Server-sent events whose data is the export: progress while it waits or runs, then end, and the connection closes. A comment every 15 s keeps it open.',
    path: ExportPathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The events.', content: { 'text/event-stream': Type.String() } } },
    problems: [...OF_JOB, 'not-acceptable', 'too-many-requests'],
  },
} as const satisfies Record<string, Operation>;
