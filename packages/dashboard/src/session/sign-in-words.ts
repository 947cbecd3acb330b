/** What went wrong at the door, and what to do about it. */

import { ApiError, isStatus } from '../api/problem.ts';

/** Problems of the provider's way, as the address of the sign-in page names them. */
const PROBLEMS: Readonly<Record<string, string>> = {
  'sign-in-refused': 'The sign-in provider did not let you in, or the sign-in took too long. Try again.',
  'user-unknown':
    'The sign-in provider knows you, but there is no user of that name here. Ask an admin to add one.',
  'provider-away': 'The sign-in provider does not answer now. Try again, or use a password.',
  unavailable: 'The server cannot sign anyone in now. Try again in a moment.',
};

/** Of `?problem=`; empty where there is none. */
export function problemWords(search: string): string {
  const code = new URLSearchParams(search).get('problem');
  if (code === null) return '';
  return PROBLEMS[code] ?? 'Signing in by the provider did not work. Try again.';
}

export function messageOf(error: unknown, byLink: boolean): string {
  if (isStatus(error, 401)) {
    return byLink
      ? 'This link has been used or is over 15 minutes old. Sign in by name and password, or make a new link: ocpp-logs user link.'
      : 'Name and password do not belong together.';
  }
  if (error instanceof ApiError && error.problem.errors.length > 0) {
    return error.problem.errors.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
