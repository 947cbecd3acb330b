/** What a route says of itself: who may use it, and what the reference tells about it. */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyContextConfig,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteOptions,
} from 'fastify';
import type { TObject, TSchema } from 'typebox';
import type { Right } from '../auth/caller.ts';
import type { ProblemCode } from '../errors.ts';
import type { AuditAction } from '../store/audit.ts';

export interface AnswerForm {
  readonly description: string;
  /** Schema of the body by media type; a text form has a string. */
  readonly content?: Readonly<Record<string, TSchema>>;
}

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly tag:
    | 'Logs'
    | 'Sessions'
    | 'Fleet'
    | 'Imports'
    | 'Exports'
    | 'Alarms'
    | 'Sites'
    | 'People'
    | 'Keys'
    | 'Server';
  /** null: open to everyone. */
  readonly scope: Right | null;
  /** Whether it takes the scope on all sites, because the server itself is concerned. */
  readonly everywhere?: true;
  /** Whether it is this server's own, and no part of the published API. */
  readonly extension: boolean;
  /** Whether it is answered however often it is asked: it is what those ask who watch over the server. */
  readonly unlimited?: true;
  /** Whether its body passes through the route and is never held: the route settles who sent it. */
  readonly streamed?: true;
  /** What the audit log calls it. */
  readonly audit?: AuditAction;
  readonly path?: TObject;
  readonly query?: TObject;
  readonly headers?: TObject;
  readonly body?: AnswerForm;
  readonly answers: Readonly<Record<number, AnswerForm>>;
  readonly problems: readonly ProblemCode[];
}

/** Types of parameters and answers come from the schemas of a route. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Adds one resource's routes to a server; called once for each address that they have. */
export type AddRoutes = (app: ApiServer) => void;

const OPERATION = Symbol('operation');

/** For a route's `config`. */
export function describes(operation: Operation): FastifyContextConfig & { readonly [OPERATION]: Operation } {
  return { [OPERATION]: operation };
}

export function operationOf(config: unknown): Operation | null {
  if (typeof config !== 'object' || config === null || !(OPERATION in config)) return null;
  // Safe: only describes() can set the symbol.
  return config[OPERATION] as Operation;
}

/** An operation where it is served. */
export interface ServedOperation {
  readonly method: string;
  /** As Fastify writes it: `/sites/:id`. */
  readonly url: string;
  readonly operation: Operation;
}

export function servedBy(route: RouteOptions): readonly ServedOperation[] {
  const operation = operationOf(route.config);
  if (!operation) return [];
  return [route.method].flat().map((method) => ({ method, url: route.url, operation }));
}
