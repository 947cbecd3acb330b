/** What was wrong with a form, each fault at its field. */

import { ApiError } from './problem.ts';

export interface FormFaults {
  /** By parameter, as a sentence. */
  readonly fields: Readonly<Record<string, string>>;
  /** What belongs to no field of the form. */
  readonly rest: readonly string[];
}

export const NO_FAULTS: FormFaults = { fields: {}, rest: [] };

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** `roles[1].site` belongs to the field `roles`. */
const rootOf = (parameter: string): string => parameter.split(/[.[]/, 1)[0] ?? '';

/** `names`: parameters that the form has fields for. */
export function formFaults(error: unknown, names: readonly string[]): FormFaults {
  if (!(error instanceof ApiError)) {
    return { fields: {}, rest: [sentence(error instanceof Error ? error.message : String(error))] };
  }
  const { problem } = error;
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { parameter, message } of problem.errors) {
    const name = [parameter, rootOf(parameter)].find((each) => names.includes(each));
    if (name === undefined) rest.push(sentence(parameter === '' ? message : `${parameter} ${message}`));
    else fields[name] = [fields[name], sentence(message)].filter((text) => text !== undefined).join(' ');
  }
  if (problem.errors.length === 0) rest.push(sentence(problem.detail || problem.title));
  if (problem.status >= 500 && problem.instance !== null) {
    rest.push(`The log of the server tells more under ${problem.instance}.`);
  }
  return { fields, rest };
}
