/** /openapi.json, the reference page, and the way there from the root. */

import { Type } from 'typebox';
import { PREFIX } from '../auth/signature.ts';
import { openApi } from './openapi.ts';
import { type AddRoutes, describes, type Operation, type ServedOperation } from './operation.ts';
import { referencePage } from './reference.ts';
import { REFERENCE_POLICY } from './reference-style.ts';

const operations = {
  openapi: {
    id: 'openapi',
    summary: 'This description as OpenAPI 3.1',
    description: 'Made from the schemas that the server works with.',
    tag: 'Server',
    scope: null,
    extension: true,
    answers: { 200: { description: 'The document.', content: { 'application/json': Type.Object({}) } } },
    problems: [],
  },
  reference: {
    id: 'reference',
    summary: 'The API as a page to read',
    description: 'The same description for people.',
    tag: 'Server',
    scope: null,
    extension: true,
    answers: { 200: { description: 'The page.', content: { 'text/html': Type.String() } } },
    problems: [],
  },
  root: {
    id: 'root',
    summary: 'Leads to the dashboard',
    description: 'Redirects to the dashboard, or to the reference page where there is none.',
    tag: 'Server',
    scope: null,
    extension: true,
    answers: { 302: { description: 'To a page for people.' } },
    problems: [],
  },
} as const satisfies Record<string, Operation>;

export interface DocumentSources {
  /** Filled while routes are added; complete when the first request comes. */
  readonly served: readonly ServedOperation[];
  readonly version: string;
  readonly publicPath: string;
  /** Where the root leads. */
  readonly start: '/explore' | '/reference';
}

export function documentRoutes({ served, version, publicPath, start }: DocumentSources): AddRoutes {
  let json: string | null = null;
  let page: string | null = null;
  const document = () => {
    const canonical = served
      .filter(({ method, url }) => method !== 'HEAD' && url.startsWith(PREFIX))
      .map((operation) => ({ ...operation, url: operation.url.slice(PREFIX.length) || '/' }));
    return openApi(canonical, version, publicPath);
  };
  return (app) => {
    app.get('/openapi.json', { config: describes(operations.openapi) }, async (_request, reply) => {
      json ??= JSON.stringify(document());
      reply.type('application/json; charset=utf-8').send(json);
      await reply;
    });
    app.get('/reference', { config: describes(operations.reference) }, async (_request, reply) => {
      page ??= referencePage(document());
      reply.type('text/html; charset=utf-8').header('content-security-policy', REFERENCE_POLICY).send(page);
      await reply;
    });
    app.get('/', { config: describes(operations.root) }, async (_request, reply) => {
      await reply.redirect(`${publicPath}${start}`);
    });
  };
}
