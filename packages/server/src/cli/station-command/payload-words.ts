/** From words such as `type=Soft` to the JSON text of a payload, by the types of the official schema. */

import type { FormSchema } from '../../capture/commands/command-forms.ts';
import { UsageError } from '../command.ts';

/** JSON text, or members by name. */
type Tree = string | Map<string, Tree>;

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A dot leads into an object: `evse.id=1`. Values of a list stand between commas. */
export function payloadOfWords(words: readonly string[], schema: FormSchema): string {
  const root = new Map<string, Tree>();
  for (const word of words) {
    const [, path, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (path === undefined || value === undefined) {
      throw new UsageError(
        `"${word}" is no field; fields are NAME=VALUE, such as type=Soft, or one JSON object`,
      );
    }
    place(root, path.split('.'), value, schema, path);
  }
  return textOf(root);
}

function place(
  into: Map<string, Tree>,
  [name = '', ...rest]: readonly string[],
  value: string,
  schema: FormSchema | undefined,
  path: string,
): void {
  const member = schema?.properties?.[name];
  const known = into.get(name);
  if (rest.length > 0 && !(typeof known === 'string')) {
    const inner = known ?? new Map<string, Tree>();
    into.set(name, inner);
    place(inner, rest, value, member, path);
    return;
  }
  if (known !== undefined) throw new UsageError(`${path} is given twice`);
  into.set(name, jsonOf(value, member, path));
}

/** The server tells what does not fit; here only a text is told from what is none. */
function jsonOf(value: string, schema: FormSchema | undefined, path: string): string {
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return NUMBER.test(value) ? value : JSON.stringify(value);
    case 'boolean':
      return value === 'true' || value === 'false' ? value : JSON.stringify(value);
    case 'object':
      return json(value, path);
    case 'array': {
      if (value.startsWith('[') || schema.items?.type === 'object') return json(value, path);
      const items = value.split(',').map((item) => jsonOf(item.trim(), schema.items, path));
      return `[${items.join(',')}]`;
    }
    default:
      return JSON.stringify(value);
  }
}

function json(text: string, path: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path}: must be JSON here, such as ${path}='{...}'`);
  }
}

function textOf(tree: Tree): string {
  if (typeof tree === 'string') return tree;
  const members = [...tree].map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`);
  return `{${members.join(',')}}`;
}
