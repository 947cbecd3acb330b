/** What is wrong with an answer, whatever was asked. */

import { type SchemaCheck, schemaChecks } from '../../../packages/server/src/api/schema-rig.ts';
import type { ApiDocument, ApiOperation, Schema } from './api-document.ts';
import type { Mutation } from './mutations.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** Before a request has come to its route. */
const BEFORE_ROUTES = [400, 431];
/** Of a route that nobody meant. */
const ASTRAY = [404, 405];

/** How the fault begins of an answer that does not tell which parameter is wrong. */
export const MISNAMED = 'it is about';

const PROBLEM: Schema = { $ref: '#/components/schemas/Problem' };

interface ProblemBody {
  readonly type: string;
  readonly status: number;
  readonly errors?: readonly { readonly parameter: string }[];
}

export class AnswerJudge {
  readonly #checkOf: (schema: Schema) => SchemaCheck;

  constructor({ components }: ApiDocument) {
    this.#checkOf = schemaChecks(components);
  }

  /** null: nothing is wrong. */
  fault(
    operation: ApiOperation,
    request: WireRequest,
    mutations: readonly Mutation[],
    answer: WireAnswer,
  ): string | null {
    const { status } = answer;
    if (status === null) {
      // Half a body, a length that is none, and the wish for a tunnel may be answered by hanging up.
      const silent = request.length !== undefined || request.method === 'CONNECT';
      return silent ? null : 'it was not answered';
    }
    if (status >= 500) return `it was answered with ${status}`;
    const strays = mutations.some((mutation) => mutation.strays);
    const declared = Object.keys(operation.responses).map(Number);
    if (!strays && ![...declared, ...BEFORE_ROUTES].includes(status)) return `${status} is not declared`;
    if (request.method === 'HEAD' || status === 204 || status === 302 || status === 303 || status === 304)
      return null;
    if (status >= 400) return this.#faultOfProblem(request, mutations, answer);
    return strays ? null : this.#faultOfBody(operation, answer);
  }

  #faultOfProblem(request: WireRequest, mutations: readonly Mutation[], answer: WireAnswer): string | null {
    const type = answer.headers.get('content-type') ?? '';
    const wantsPage = request.headers.some(([name, value]) => name === 'accept' && value.includes('html'));
    if (wantsPage && type.startsWith('text/html') && [400, ...ASTRAY].includes(answer.status ?? 0))
      return null;
    if (type !== 'application/problem+json') return `a problem of type ${type}`;
    const read = json(answer.body);
    if (read === undefined) return 'a problem that is no JSON';
    const wrong = this.#checkOf(PROBLEM)(read);
    if (wrong !== null) return `a problem that is none: ${wrong}`;
    // Safe: it has just been checked.
    const problem = read as ProblemBody;
    if (problem.status !== answer.status) return `a problem of status ${problem.status}`;
    const [only] = mutations;
    if (mutations.length !== 1 || only?.query === undefined || !problem.type.endsWith(':bad-request'))
      return null;
    const named = problem.errors?.map(({ parameter }) => parameter) ?? [];
    return named.includes(only.query) ? null : `${MISNAMED} ${only.query}: it names [${named}]`;
  }

  #faultOfBody({ responses }: ApiOperation, { status, headers, body }: WireAnswer): string | null {
    const content = responses[String(status)]?.content ?? {};
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (Object.keys(content).length === 0) return null;
    const media = content[type];
    if (media === undefined) return `${type} is not declared for ${status}`;
    if (type !== 'application/json' || headers.has('content-encoding')) return null;
    const read = json(body);
    if (read === undefined) return 'an answer that is no JSON';
    const wrong = this.#checkOf(media.schema)(read);
    return wrong === null ? null : `not as declared: ${wrong}`;
  }
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
