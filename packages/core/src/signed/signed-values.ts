/**
 * Signed meter values, as they were received: one by one, with the public key where any message told it. OCPP 1.6
 * SampledValue with format SignedData; OCPP 2.0.1 SignedMeterValueType. Nothing is verified, nothing converted.
 */

import type { JsonObject } from '../message.ts';
import type { SeenEntry } from '../session/seen.ts';
import { numberIn, objectIn, objectsIn, textIn } from '../session/told.ts';
import { recognise, type SignedEncoding } from './encoding.ts';
import { type PublicKey, PublicKeys } from './public-keys.ts';

export interface SignedValue {
  /** Entry id. */
  readonly entry: string;
  /** When it was captured, ms since 1970. */
  readonly at: number;
  readonly charger: string;
  readonly connector: number | null;
  readonly transaction: string | null;
  readonly action: string;
  /** Where it stands: `request.meterValue[0].sampledValue[1].value`. */
  readonly path: string;
  /** Of the meter value, as the station wrote it. */
  readonly timestamp: string | null;
  readonly context: string | null;
  readonly format: string | null;
  readonly encoding: SignedEncoding;
  /** OCPP 2.x: as told. */
  readonly signingMethod: string | null;
  /** The characters that the station sent. */
  readonly text: string;
  readonly publicKey: PublicKey | null;
}

/** Actions whose messages hold them, and those that tell keys. */
export const SIGNED_ACTIONS = ['MeterValues', 'StopTransaction', 'TransactionEvent'] as const;
export const KEY_ACTIONS = ['GetConfiguration', 'GetVariables', 'NotifyReport'] as const;

const VALUES_MAX = 10_000;

interface Signed {
  readonly text: string;
  readonly format: string | null;
  readonly method: string | null;
  readonly key: string | null;
  readonly path: string;
}

/** Takes entries of one station, in any order. */
export class SignedValues {
  readonly #values: SignedValue[] = [];
  readonly #keys = new PublicKeys();
  #cut = false;

  /** Whether there were more than are kept. */
  get cut(): boolean {
    return this.#cut;
  }

  see(entry: SeenEntry): void {
    if (entry.kind !== 'exchange') return;
    this.#keys.see(entry);
    const carrier = entry.action === 'StopTransaction' ? 'transactionData' : 'meterValue';
    if (!SIGNED_ACTIONS.some((action) => action === entry.action)) return;
    for (const [element, value] of objectsIn(entry.call, carrier).entries()) {
      for (const [at, sample] of objectsIn(value, 'sampledValue').entries()) {
        const signed = signedIn(sample);
        if (signed === null) continue;
        const path = `request.${carrier}[${element}].sampledValue[${at}].${signed.path}`;
        this.#add(entry, { ...signed, path }, textIn(value, 'timestamp'), textIn(sample, 'context'));
      }
    }
  }

  /** In the order in which they were seen. */
  values(): readonly SignedValue[] {
    return this.#values.map((value) => ({ ...value, publicKey: value.publicKey ?? this.#keys.of(value) }));
  }

  #add(entry: SeenEntry, signed: Signed, timestamp: string | null, context: string | null): void {
    if (this.#values.length >= VALUES_MAX) {
      this.#cut = true;
      return;
    }
    const { id, at, charger, action, fields } = entry;
    const connector = typeof fields.connector_id === 'number' ? fields.connector_id : null;
    const transaction = typeof fields.transaction_id === 'string' ? fields.transaction_id : null;
    const { encoding, format } = recognise(signed.text);
    const publicKey = signed.key === null ? null : { text: signed.key, entry: id };
    if (publicKey !== null && transaction !== null) this.#keys.told(transaction, publicKey);
    this.#values.push({
      entry: id,
      at,
      charger,
      connector,
      transaction,
      action: action ?? '',
      path: signed.path,
      timestamp,
      context,
      format: signed.format ?? format,
      encoding,
      signingMethod: signed.method,
      text: signed.text,
      publicKey,
    });
  }
}

function signedIn(sample: JsonObject): Signed | null {
  const typed = objectIn(sample, 'signedMeterValue');
  if (typed !== null) return signedOf(typed, 'signedMeterValue.signedMeterData');
  if (String(sample.format ?? '').toLowerCase() !== 'signeddata') return null;
  const text = textIn(sample, 'value');
  if (text === null) return null;
  // So the Open Charge Alliance lets 1.6 tell what 2.0.1 has fields for.
  const inner = text.startsWith('{') ? objectOf(text) : null;
  const held = inner === null ? null : signedOf(inner, 'value');
  return held ?? { text, format: null, method: null, key: null, path: 'value' };
}

function signedOf(typed: JsonObject, path: string): Signed | null {
  const text = textIn(typed, 'signedMeterData');
  if (text === null) return null;
  return {
    text,
    format: textIn(typed, 'encodingMethod'),
    method: textIn(typed, 'signingMethod'),
    key: textIn(typed, 'publicKey'),
    path,
  };
}

function objectOf(text: string): JsonObject | null {
  try {
    // Safe: text that begins with a brace is an object, if it is JSON.
    return JSON.parse(text) as JsonObject;
  } catch {
    // Text of another form, which begins with a brace too: it is given as it is.
    return null;
  }
}

/** Whether a message belongs to a transaction, or, where it names none, to its connector. */
export function isOfTransaction(
  { fields, call }: SeenEntry,
  transaction: string | null,
  connector: number | null,
): boolean {
  const named = fields.transaction_id;
  if (typeof named === 'string' && named !== '0' && named !== '-1') return named === transaction;
  return (
    connector !== null && (fields.connector_id === connector || numberIn(call, 'connectorId') === connector)
  );
}
