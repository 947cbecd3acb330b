/** The OpenAPI 3.1 document, from the schemas that the routes work with. */

import type { TObject, TSchema } from 'typebox';
import { Type } from 'typebox';
import { ROLE_FOR, scopeFor } from '../auth/caller.ts';
import { PROBLEMS, type ProblemCode } from '../errors.ts';
import type { AnswerForm, Operation, ServedOperation } from './operation.ts';
import { PROBLEM_TYPE } from './problems.ts';

const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem: urn:ocpp-logs:problem:...' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong with this request and what to do.' }),
    instance: Type.String({ description: 'Id of the request, as in the log of the server.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          parameter: Type.String(),
          message: Type.String(),
          column: Type.Optional(
            Type.Integer({ description: 'Of a search: where it goes wrong, counted from 1.' }),
          ),
        }),
        {
          description: 'Of a 400: every wrong parameter.',
        },
      ),
    ),
  },
  { title: 'Problem' },
);

type Json = Readonly<Record<string, unknown>>;

const SECURITY_SCHEMES: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Authorization: Bearer olk_... For people and scripts.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'Of a signed request: the api_key.',
  },
  timestamp: {
    type: 'apiKey',
    in: 'header',
    name: 'x-req-timestamp',
    description: 'Of a signed request: Unix seconds.',
  },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'x-signature',
    description:
      'Of a signed request: hex HMAC-SHA256 of METHOD:URL_PATH:TIMESTAMP:BODY, keyed with the lower-case hex text of SHA-256(secret). URL_PATH is path and query as sent, with or without /rest/v1.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'ocpp_logs_session',
    description:
      'Of a person who is signed in: see POST /session. By TLS the name is __Host-ocpp_logs_session.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'x-csrf-token',
    description: 'Beside the cookie, on everything but GET and HEAD: csrf of GET /session.',
  },
};

/** Named schemas are written once and referred to. */
class Components {
  readonly schemas: Record<string, Json> = {};

  refer(schema: TSchema): Json {
    return this.#walk(JSON.parse(JSON.stringify(schema)));
  }

  #walk(node: unknown): Json {
    // Safe: a JSON Schema of TypeBox is an object at every place this is called for.
    const schema = this.#each(node) as Json;
    if (typeof schema.title !== 'string' || schema.type !== 'object') return schema;
    const known = this.schemas[schema.title];
    // Whoever reads the document could not tell one from the other: the later one would stand for both.
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two schemas of the API are called ${schema.title}`);
    this.schemas[schema.title] = schema;
    return { $ref: `#/components/schemas/${schema.title}` };
  }

  #each(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((item) => this.#each(item));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, this.#member(name, value)]));
  }

  #member(name: string, value: unknown): unknown {
    if (name === 'items') return this.#walk(value);
    return this.#each(value);
  }
}

function parameters(place: 'path' | 'query' | 'header', object: TObject | undefined): readonly Json[] {
  return Object.entries(object?.properties ?? {}).map(([name, schema]) => {
    const { description, ...rest }: Json = JSON.parse(JSON.stringify(schema));
    const names: readonly string[] = object?.required ?? [];
    const required = place === 'path' || names.includes(name);
    return { name, in: place, required, ...(description ? { description } : {}), schema: rest };
  });
}

function content(form: AnswerForm, components: Components): Json {
  const types = Object.entries(form.content ?? {});
  const bodies = types.map(([type, schema]) => [type, { schema: components.refer(schema) }]);
  return {
    description: form.description,
    ...(bodies.length > 0 ? { content: Object.fromEntries(bodies) } : {}),
  };
}

/** Problems that every route with a key can answer with. */
const OF_KEYS: readonly ProblemCode[] = ['credentials-missing', 'credentials-invalid', 'scope-missing'];
const OF_EVERYONE: readonly ProblemCode[] = ['too-many-requests'];
/** Those of writes by a browser. */
const OF_BROWSERS: readonly ProblemCode[] = ['csrf', 'origin-foreign'];
/** Of writes, which may have a body that nobody asked for. */
const OF_BODIES: readonly ProblemCode[] = ['body-too-large', 'body-type', 'bad-request'];

function problemAnswers(method: string, operation: Operation, components: Components): Json {
  const codes = [
    ...operation.problems,
    ...(operation.scope ? OF_KEYS : []),
    ...(method === 'GET' ? [] : [...OF_BROWSERS, ...OF_BODIES]),
    ...(operation.unlimited ? [] : OF_EVERYONE),
    'host-unknown',
    'internal',
  ] as const;
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const { status, title } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), title]);
  }
  const body = { [PROBLEM_TYPE]: { schema: components.refer(ProblemSchema) } };
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, titles]) => [String(status), { description: `${titles.join('. ')}.`, content: body }]),
  );
}

function credentials(method: string): readonly Json[] {
  const session = method === 'GET' ? { session: [] } : { session: [], csrf: [] };
  return [{ bearer: [] }, { apiKey: [], timestamp: [], signature: [] }, session];
}

function describe(method: string, operation: Operation, components: Components): Json {
  const { id, summary, description, tag, scope, extension, body } = operation;
  const answers = Object.entries(operation.answers).map(([status, form]) => [
    status,
    content(form, components),
  ]);
  return {
    operationId: id,
    summary,
    description: extension ? `${description} Extension of this server.` : description,
    tags: [tag],
    ...(extension ? { 'x-extension': true } : {}),
    ...(scope ? { 'x-scope': scopeFor(scope), 'x-role': ROLE_FOR[scope] } : {}),
    ...(operation.everywhere ? { 'x-all-sites': true } : {}),
    security: scope ? credentials(method) : [],
    parameters: [
      ...parameters('path', operation.path),
      ...parameters('query', operation.query),
      ...parameters('header', operation.headers),
    ],
    ...(body ? { requestBody: { required: true, ...content(body, components) } } : {}),
    responses: { ...Object.fromEntries(answers), ...problemAnswers(method, operation, components) },
  };
}

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly securitySchemes: Json };
}

/** `served`: the canonical routes, with the prefix cut off. */
export function openApi(
  served: readonly ServedOperation[],
  version: string,
  publicPath: string,
): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, Json>> = {};
  for (const { method, url, operation } of served) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(method, operation, components) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'ocpp-logs',
      version,
      description: 'Reads back the OCPP conversation between charging stations and their CSMS.',
    },
    servers: [
      { url: `${publicPath}/rest/v1`, description: 'Canonical prefix.' },
      { url: publicPath === '' ? '/' : publicPath, description: 'The same routes without it.' },
    ],
    tags: [
      { name: 'Logs', description: 'Entries of a site: read, follow, push.' },
      { name: 'Sessions', description: 'Tries to charge, what came of them and why.' },
      { name: 'Fleet', description: 'How stations, models and firmwares did.' },
      { name: 'Imports', description: 'Logs that people already have, into a site.' },
      { name: 'Exports', description: 'Entries of any query as a file to take away.' },
      { name: 'Alarms', description: 'What people wait for, and what has come true.' },
      { name: 'Sites', description: 'Sites and their chargers.' },
      { name: 'People', description: 'Who is signed in, users and their roles, saved searches.' },
      { name: 'Keys', description: 'Keys of programs.' },
      { name: 'Server', description: 'State and description of this server.' },
    ],
    paths,
    components: { schemas: components.schemas, securitySchemes: SECURITY_SCHEMES },
  };
}
