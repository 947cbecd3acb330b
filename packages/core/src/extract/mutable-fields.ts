import type { FieldName, FieldValue } from '../fields.ts';

/** Fields while they are being read. */
export type MutableFields = { -readonly [N in FieldName]?: FieldValue };
