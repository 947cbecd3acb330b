/** JSON Schema of the configuration file, for editors: what has a default need not be given. */

import { SHAPE } from './check.ts';
import type { SettingShape } from './describe.ts';

export function configJsonSchema(): object {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...optionalKeys(SHAPE) };
}

interface WithRequired extends SettingShape {
  readonly required?: readonly string[];
}

function optionalKeys(shape: WithRequired): WithRequired {
  const copy: { -readonly [K in keyof WithRequired]: WithRequired[K] } = { ...shape };
  delete copy.required;
  const required = shape.required?.filter((key) => shape.properties?.[key]?.default === undefined) ?? [];
  if (required.length > 0) copy.required = required;
  if (shape.properties !== undefined) {
    copy.properties = Object.fromEntries(
      Object.entries(shape.properties).map(([key, inner]) => [key, optionalKeys(inner)]),
    );
  }
  if (shape.items !== undefined) copy.items = optionalKeys(shape.items);
  return copy;
}
