/** Values of one statement: SQL holds their places and types, never the values themselves. */

import type { EntryId } from '@ocpp-logs/core';

type ParameterType = 'String' | 'UInt64' | 'Int64' | 'Array(String)' | 'Array(UInt64)' | 'Array(Float64)';

export class Parameters {
  readonly values: Record<string, unknown> = {};
  #bound = 0;

  text(value: string): string {
    return this.#bind('String', value);
  }

  texts(values: readonly string[]): string {
    return this.#bind('Array(String)', values);
  }

  /** Not negative. */
  integer(value: number | bigint): string {
    return this.#bind('UInt64', value);
  }

  ids(values: readonly EntryId[]): string {
    return this.#bind('Array(UInt64)', values);
  }

  numbers(values: readonly number[]): string {
    return this.#bind('Array(Float64)', values);
  }

  /** Bit by bit: how the server reads digits is a setting of its own. */
  double(value: number): string {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setFloat64(0, value);
    return `reinterpretAsFloat64(${this.#bind('UInt64', bytes.getBigUint64(0))})`;
  }

  #bind(type: ParameterType, value: unknown): string {
    this.#bound += 1;
    const name = `p${this.#bound}`;
    this.values[name] = value;
    return `{${name}:${type}}`;
  }
}
