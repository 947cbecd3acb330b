/** What the import routes say of themselves. */

import { Type } from 'typebox';
import {
  ImportJobSchema,
  ImportListSchema,
  ImportOptionsSchema,
  ImportPathSchema,
  ImportQuerySchema,
} from './import-schemas.ts';
import type { Operation } from './operation.ts';

const JOB = { 'application/json': ImportJobSchema };
const COMMON = { tag: 'Imports', scope: 'ingest', extension: true } as const;
const OF_JOB = ['bad-request', 'not-found'] as const;
const bytes = Type.String({ description: 'The bytes of one file, packed with gzip or zstd or not.' });

export const importOperations = {
  create: {
    ...COMMON,
    id: 'createImport',
    audit: 'import-run',
    summary: 'Upload logs',
    description:
      'Takes files of any known format and answers with a preview of them: what they are taken for and why, the first entries they would make, what is left out. Nothing is recorded before the import is run. Several files come as multipart/form-data, one may be the body itself.',
    streamed: true,
    query: ImportQuerySchema,
    body: {
      description: 'The files.',
      content: {
        'multipart/form-data': Type.Object({ file: Type.Array(bytes) }),
        'application/octet-stream': bytes,
      },
    },
    answers: { 201: { description: 'The files are here; Location says where the import is.', content: JOB } },
    problems: [
      'bad-request',
      'site-not-found',
      'gone',
      'body-too-large',
      'body-type',
      'too-many-requests',
      'unavailable',
      'no-room',
    ],
  },
  run: {
    ...COMMON,
    id: 'runImport',
    audit: 'import-run',
    summary: 'Run a previewed import',
    description:
      'Begins the import, or lets it wait for others. Options that are given here count instead of those of the upload. Where a file cannot be read without one that is missing still, 400 names it and the preview stays, to be run again.',
    path: ImportPathSchema,
    query: ImportOptionsSchema,
    answers: { 202: { description: 'It waits or runs.', content: JOB } },
    problems: [...OF_JOB, 'bad-request', 'gone', 'other-state'],
  },
  list: {
    ...COMMON,
    id: 'listImports',
    summary: 'Imports',
    description: 'Those that this key asked for, newest first; a key with the scope admin sees all.',
    query: Type.Object({}),
    answers: { 200: { description: 'The imports.', content: { 'application/json': ImportListSchema } } },
    problems: ['bad-request'],
  },
  one: {
    ...COMMON,
    id: 'getImport',
    summary: 'One import',
    description: 'How an import goes; when it has ended, what became of each file.',
    path: ImportPathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The import.', content: JOB } },
    problems: OF_JOB,
  },
  remove: {
    ...COMMON,
    id: 'deleteImport',
    audit: 'import-removed',
    summary: 'Cancel or remove an import',
    description: 'Ends it where it has not ended, and removes its files. What was recorded by then stays.',
    path: ImportPathSchema,
    query: Type.Object({}),
    answers: { 204: { description: 'It is gone.' } },
    problems: OF_JOB,
  },
  events: {
    ...COMMON,
    id: 'followImport',
    summary: 'Progress of an import',
    description:
      'Server-sent events whose data is the import: progress until it has ended, then end, and the connection closes. A comment every 15 s keeps it open.',
    path: ImportPathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The events.', content: { 'text/event-stream': Type.String() } } },
    problems: [...OF_JOB, 'not-acceptable', 'too-many-requests'],
  },
} as const satisfies Record<string, Operation>;
