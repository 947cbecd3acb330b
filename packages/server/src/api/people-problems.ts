/** What people can cause in the store, as answers. */

import { Problem, type ProblemCode } from '../errors.ts';
import { isPeopleFault, PEOPLE_FAULTS, type PeopleFaultCode } from '../store/people.ts';

const CODES: Readonly<Record<PeopleFaultCode, ProblemCode>> = {
  NAME_TAKEN: 'name-taken',
  SUBJECT_TAKEN: 'name-taken',
  LAST_ADMIN: 'last-admin',
  TOO_MANY_USERS: 'too-many',
  TOO_MANY_SEARCHES: 'too-many',
};

const PARAMETERS: Partial<Readonly<Record<PeopleFaultCode, string>>> = {
  NAME_TAKEN: 'name',
  SUBJECT_TAKEN: 'oidc_subject',
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The same promise; a fault of the store that a person caused becomes the problem that says so. */
export async function toldAsProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!isPeopleFault(code)) throw error;
    const message = PEOPLE_FAULTS[code];
    const parameter = PARAMETERS[code];
    const errors = parameter === undefined ? [] : [{ parameter, message }];
    throw new Problem(CODES[code], sentence(message), { errors });
  }
}
