/** A question took longer than this server gives it. Nothing is wrong with the store; a smaller one may be answered. */
export class QueryTimeError extends Error {
  override readonly name = 'QueryTimeError';
  readonly code = 'QUERY_TIME';

  constructor(ms: number) {
    super(`the question was given up after ${ms / 1000} s`);
  }
}
