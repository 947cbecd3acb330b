/** Public keys of meters, as messages told them: beside a signed value, or in the configuration of the station. */

import type { JsonObject } from '../message.ts';
import type { SeenEntry } from '../session/seen.ts';
import { objectIn, objectsIn, textIn } from '../session/told.ts';

export interface PublicKey {
  /** As it was told. */
  readonly text: string;
  /** The entry that told it. */
  readonly entry: string;
}

const KEYS_MAX = 1_000;
/** OCPP 1.6 with signed meter values: `MeterPublicKey1`, `MeterPublicKey[1]`. */
const KEY_NAME = /^MeterPublicKey(?:\[?(\d{1,4})\]?)?$/i;

/** Of one station; the last that was told counts. */
export class PublicKeys {
  readonly #ofTransactions = new Map<string, PublicKey>();
  /** By connector; null for the station. */
  readonly #ofConnectors = new Map<number | null, PublicKey>();

  told(transaction: string, key: PublicKey): void {
    if (this.#ofTransactions.size < KEYS_MAX) this.#ofTransactions.set(transaction, key);
  }

  see({ id, action, call, answer }: SeenEntry): void {
    if (action === 'GetConfiguration') {
      for (const { key, value } of objectsIn(answer, 'configurationKey')) {
        const name = typeof key === 'string' ? KEY_NAME.exec(key) : null;
        if (name !== null) this.#keep(name[1] === undefined ? null : Number(name[1]), value, id);
      }
    } else if (action === 'GetVariables') {
      for (const result of objectsIn(answer, 'getVariableResult'))
        this.#variable(result, result.attributeValue, id);
    } else if (action === 'NotifyReport') {
      for (const report of objectsIn(call, 'reportData')) {
        for (const { value } of objectsIn(report, 'variableAttribute')) this.#variable(report, value, id);
      }
    }
  }

  of({ transaction, connector }: { readonly transaction: string | null; readonly connector: number | null }) {
    const told = transaction === null ? undefined : this.#ofTransactions.get(transaction);
    return told ?? this.#ofConnectors.get(connector) ?? this.#ofConnectors.get(null) ?? null;
  }

  /** OCPP 2.0.1 Part 2 Appendix 3: FiscalMetering.PublicKey, one for each EVSE. */
  #variable(from: JsonObject, value: unknown, entry: string): void {
    const component = objectIn(from, 'component');
    if (textIn(component, 'name') !== 'FiscalMetering') return;
    if (textIn(objectIn(from, 'variable'), 'name') !== 'PublicKey') return;
    const evse = objectIn(component, 'evse')?.id;
    this.#keep(typeof evse === 'number' ? evse : null, value, entry);
  }

  #keep(connector: number | null, value: unknown, entry: string): void {
    if (typeof value !== 'string' || value === '' || this.#ofConnectors.size >= KEYS_MAX) return;
    this.#ofConnectors.set(connector, { text: value, entry });
  }
}
