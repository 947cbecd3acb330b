/** Every error that a caller of the HTTP API can meet: its code, status and title. Bodies follow RFC 9457. */

export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request cannot be answered as it is' },
  'credentials-missing': { status: 401, title: 'Credentials are missing' },
  'credentials-invalid': { status: 401, title: 'The credentials are not valid' },
  'scope-missing': { status: 403, title: 'The scope or role is missing' },
  csrf: { status: 403, title: 'The token against forged writes is missing or wrong' },
  'host-unknown': { status: 403, title: 'This server does not answer under that name' },
  'origin-foreign': { status: 403, title: 'Writes from other web pages are refused' },
  'sign-in-refused': { status: 401, title: 'The sign-in was refused' },
  'user-unknown': { status: 403, title: 'Nobody here is this person' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'site-not-found': { status: 404, title: 'The site is unknown, or may not be read' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-acceptable': { status: 406, title: 'The answer has no such form' },
  'name-taken': { status: 409, title: 'The name is taken' },
  'last-admin': { status: 409, title: 'Nobody else is an admin of all sites' },
  'too-many': { status: 409, title: 'There is no room for more' },
  configured: { status: 409, title: 'It stands in the configuration file' },
  'site-in-use': { status: 409, title: 'The site has entries, stations or imports' },
  'site-exists': { status: 409, title: 'There is a site of this id' },
  'not-finished': { status: 409, title: 'It is not finished yet' },
  'not-connected': { status: 409, title: 'The station is not connected here' },
  'passed-on': { status: 409, title: 'The stations of this site are passed on to its CSMS' },
  'other-state': { status: 409, title: 'It is in another state' },
  gone: { status: 410, title: 'It is not there any more' },
  'precondition-failed': { status: 412, title: 'It is no longer as the request says' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'body-type': { status: 415, title: 'The body has a type or encoding that is not read here' },
  'range-not-satisfiable': { status: 416, title: 'The file has no such range' },
  'export-failed': { status: 422, title: 'The export could not be made' },
  'too-many-requests': { status: 429, title: 'Too many at a time' },
  'header-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'The server failed' },
  'no-room': { status: 507, title: 'The disk has too little room' },
  'provider-away': { status: 503, title: 'The sign-in provider is away for a moment' },
  'query-too-long': { status: 503, title: 'The question took too long' },
  unavailable: { status: 503, title: 'The store is away for a moment' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One wrong parameter of a request. */
export interface ParameterFault {
  readonly parameter: string;
  readonly message: string;
  /** 1-based, in UTF-16 units: where in its text a search goes wrong. */
  readonly column?: number;
}

/** Thrown wherever a request ends in an error; written out by one function only. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly ParameterFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      readonly errors?: readonly ParameterFault[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly ParameterFault[];
}

/** RFC 9457 3.1: `type` is an identifier, not an address that must answer. */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  const { status, title } = PROBLEMS[problem.code];
  const body = {
    type: `urn:ocpp-logs:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    instance: requestId,
  };
  return problem.errors.length > 0 ? { ...body, errors: problem.errors } : body;
}
