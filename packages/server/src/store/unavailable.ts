/**
 * The store cannot take or give anything now: disk full, file locked, file just set aside, reader gone.
 * Nothing was half-done; the same call may succeed later.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'STORE_UNAVAILABLE';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreUnavailableError';
  }
}

/** Code of errors of a folder that another version wrote. */
export const OTHER_LAYOUT = 'OTHER_LAYOUT';
