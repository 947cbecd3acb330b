/**
 * Validators of the official schemas, compiled when they are first asked for, in whichever thread reads. Never
 * `useDefaults`, no coercion: what is looked at stays as it was sent.
 */

import { Ajv, type ValidateFunction } from 'ajv';
import { isDateTime } from './date-time.ts';
import type { OfficialSchema } from './ocpp-schemas.ts';

/** There are 387 messages in three versions; a thread that sees them all keeps those used last. */
const COMPILED_MAX = 200;

export class Compiled {
  readonly #ajv: Ajv;
  readonly #validators = new Map<
    OfficialSchema,
    { readonly body: object; readonly validate: ValidateFunction }
  >();
  readonly #max: number;

  /** `allErrors`: otherwise only the first. */
  constructor(allErrors: boolean, max = COMPILED_MAX) {
    this.#max = max;
    this.#ajv = new Ajv({
      strict: false,
      // 1e999 is no number.
      strictNumbers: true,
      allErrors,
      verbose: true,
      // 0.1 has no exact binary form: 1.6 limits are multiples of it.
      multipleOfPrecision: 6,
      formats: { 'date-time': isDateTime, uri: (text: string) => URL.canParse(text) },
    });
  }

  get size(): number {
    return this.#validators.size;
  }

  validatorOf(schema: OfficialSchema): ValidateFunction {
    const known = this.#validators.get(schema);
    if (known !== undefined) {
      this.#validators.delete(schema);
      this.#validators.set(schema, known);
      return known.validate;
    }
    // The ids are URNs that are none, which a newer reader of URIs refuses; nothing refers to them.
    const { $id: _, ...body } = schema;
    const validate = this.#ajv.compile(body);
    this.#validators.set(schema, { body, validate });
    if (this.#validators.size > this.#max) this.#forgetOldest();
    return validate;
  }

  #forgetOldest(): void {
    const [oldest] = this.#validators;
    if (oldest === undefined) return;
    this.#ajv.removeSchema(oldest[1].body);
    this.#validators.delete(oldest[0]);
  }
}
