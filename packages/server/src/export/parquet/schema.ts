/** The columns of entries as Parquet types, and cells as values of these types. Source: Parquet's LogicalTypes.md. */

import type { Cell, ColumnType, EntryColumn } from '@ocpp-logs/core';
import type { SchemaElement } from 'hyparquet';

export type ParquetValue = string | number | bigint | boolean | null;

export function schemaOf(columns: readonly EntryColumn[]): SchemaElement[] {
  return [{ name: 'schema', num_children: columns.length }, ...columns.map(elementOf)];
}

function elementOf({ name, type }: EntryColumn): SchemaElement {
  const element = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'text':
      return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'json':
      return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'JSON' } };
    case 'number':
      return { ...element, type: 'DOUBLE' };
    case 'integer':
      return { ...element, type: 'INT64' };
    case 'boolean':
      return { ...element, type: 'BOOLEAN' };
    case 'time':
      return {
        ...element,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MILLIS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      };
  }
}

/**
 * The writer would take what a column of converted type JSON holds for values and write their JSON, so it is told of
 * texts. Readers that do not know logical types get the converted one, which the schema bears once all is written.
 */
export function markJson(schema: readonly SchemaElement[]): void {
  for (const element of schema) {
    if (element.logical_type?.type === 'JSON') element.converted_type = 'JSON';
  }
}

/** Of these no statistics are made: they would stay in memory until the end. */
export const isLong = ({ name, type }: EntryColumn): boolean =>
  type === 'json' || (type === 'text' && name.startsWith('raw.'));

export function valueReader({ type }: EntryColumn): (cell: Cell) => ParquetValue {
  const read = reader(type);
  return (cell) => (cell === null ? null : read(cell));
}

function reader(type: ColumnType): (cell: string) => ParquetValue {
  switch (type) {
    case 'number':
      return Number;
    case 'integer':
      return BigInt;
    case 'boolean':
      return (cell) => cell === 'true';
    case 'time':
      return (cell) => BigInt(Date.parse(cell));
    default:
      return (cell) => cell;
  }
}
