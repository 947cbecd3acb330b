/** For tests: JSON held against the schemas of the OpenAPI document. */

import { Ajv2020 } from 'ajv/dist/2020.js';

/** What is wrong with a value; null: nothing. */
export type SchemaCheck = (value: unknown) => string | null;

export function schemaChecks(components: object): (schema: object) => SchemaCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const compiled = new Map<object, SchemaCheck>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const validate = ajv.compile({ ...schema, components });
    const check: SchemaCheck = (value) =>
      validate(value) ? null : ajv.errorsText(validate.errors).slice(0, 300);
    compiled.set(schema, check);
    return check;
  };
}
