/** Faults of a search that name what was probably meant. */

import { nearest } from '../nearest.ts';
import { queryFieldNames } from './query-fields.ts';
import { QueryFault } from './scan.ts';

export function unknownField(at: number, name: string): QueryFault {
  const near = nearest(name, queryFieldNames());
  const hint =
    near === null ? `to look for the text put it in quotes: "${name}:..."` : `did you mean ${near}?`;
  return new QueryFault(
    at,
    name === '' ? 'the name of a field must follow' : `there is no field ${name}; ${hint}`,
  );
}
