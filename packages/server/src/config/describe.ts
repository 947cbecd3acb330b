/** What a setting may be, in words; read off its schema. */

export interface SettingShape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  /** What a pattern allows, in words. */
  readonly title?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SettingShape>>;
  readonly items?: SettingShape;
  readonly anyOf?: readonly SettingShape[];
}

export function allowedOf(shape: SettingShape): string {
  if (shape.anyOf !== undefined) return shape.anyOf.map(allowedOf).join(' or ');
  if (shape.enum !== undefined) return `one of ${shape.enum.join(', ')}`;
  switch (shape.type) {
    case 'integer':
      return `a whole number from ${shape.minimum} to ${shape.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'nothing (null)';
    case 'array':
      return shape.items?.type === 'object' ? 'a list of mappings' : `a list of ${plural(shape.items)}`;
    case 'object':
      return `a mapping with the keys ${Object.keys(shape.properties ?? {}).join(', ')}`;
    default:
      return textAllowed(shape);
  }
}

function plural(items: SettingShape | undefined): string {
  return items?.minLength === undefined ? 'texts' : 'texts that are not empty';
}

function textAllowed(shape: SettingShape): string {
  if (shape.pattern !== undefined) {
    return shape.title ?? 'a path such as /logs, with no slash at its end, or nothing';
  }
  if (shape.maxLength !== undefined) return `a text of 1 to ${shape.maxLength} characters`;
  return shape.minLength === undefined ? 'a text' : 'a text that is not empty';
}

/** The shape at a JSON pointer such as `/sites/0/id`; null where the schema knows no such key. */
export function shapeAt(root: SettingShape, pointer: string): SettingShape | null {
  let shape: SettingShape | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    shape = shape?.type === 'array' ? shape.items : shape?.properties?.[step];
  }
  return shape ?? null;
}
