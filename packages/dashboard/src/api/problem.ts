/** What the server says when it cannot do what was asked: `application/problem+json` (RFC 9457). */

export interface Fault {
  readonly parameter: string;
  readonly message: string;
  /** 1-based, of a search. */
  readonly column?: number;
}

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Id of the request, by which the log of the server tells more. */
  readonly instance: string | null;
  readonly errors: readonly Fault[];
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.problem = problem;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

export function problemOf(status: number, body: unknown): Problem {
  const fields: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  return {
    status,
    title: text(fields.title, `The server answered ${status}`),
    // A person has no key to send: to whoever uses the dashboard it means one thing.
    detail: status === 401 ? 'Your session ended: sign in, then try again.' : text(fields.detail, ''),
    instance: typeof fields.instance === 'string' ? fields.instance : null,
    errors: Array.isArray(fields.errors) ? fields.errors.flatMap(faultOf) : [],
  };
}

function faultOf(item: unknown): readonly Fault[] {
  if (typeof item !== 'object' || item === null) return [];
  const { parameter, message, column }: Readonly<Record<string, unknown>> = { ...item };
  if (typeof message !== 'string') return [];
  return [{ parameter: text(parameter, ''), message, ...(typeof column === 'number' ? { column } : {}) }];
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.problem.status === status;
}
