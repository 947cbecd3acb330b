/** A search asks for what only the entries around an entry tell, of more of them than are read for one question. */
export class SearchTooWideError extends Error {
  override readonly name = 'SearchTooWideError';
  readonly code = SEARCH_TOO_WIDE;

  constructor(codes: readonly string[], most: number) {
    super(
      `${codes.join(', ')} can be told only by reading the entries around, here more than ${most.toLocaleString('en')}: narrow it to a station, such as station:CP_1, or to a shorter time`,
    );
  }
}

export const SEARCH_TOO_WIDE = 'SEARCH_TOO_WIDE';
