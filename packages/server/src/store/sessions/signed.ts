/** The signed meter values of one session, as they were received. */

import {
  isOfTransaction,
  KEY_ACTIONS,
  type SeenEntry,
  SIGNED_ACTIONS,
  type SignedValue,
  SignedValues,
} from '@ocpp-logs/core';
import type { Judged } from './judged.ts';
import { sessionName } from './question.ts';
import type { Reading } from './reading.ts';

/** Entries read of one session; a meter value every second for a day is 86,400. */
const ENTRIES_MAX = 100_000;
/** Messages that may tell a public key, the last before the end of the session. */
const KEYS_MAX = 100;

export interface SignedOfSession {
  readonly values: readonly SignedValue[];
  /** Whether there are more. */
  readonly cut: boolean;
}

export async function signedOf(reading: Reading, { site, session }: Judged): Promise<SignedOfSession> {
  const signed = new SignedValues();
  const place = {
    sites: [site],
    chargers: [session.charger],
    kinds: ['exchange'],
    to: session.to + 1,
  } as const;
  const keys: SeenEntry[] = [];
  const telling = { ...place, from: site.kept, actions: KEY_ACTIONS };
  for await (const { entry } of reading.each(telling, 'desc', KEYS_MAX)) keys.push(entry);
  for (const entry of keys.reverse()) signed.see(entry);
  let entries = 0;
  const holding = { ...place, from: session.from, actions: SIGNED_ACTIONS };
  for await (const { entry } of reading.each(holding, 'asc', ENTRIES_MAX)) {
    entries += 1;
    if (isOfTransaction(entry, session.transaction, session.connector)) signed.see(entry);
  }
  return { values: signed.values(), cut: signed.cut || entries === ENTRIES_MAX };
}

export function signedJson({ site, session }: Judged, { values, cut }: SignedOfSession): string {
  return JSON.stringify({
    session_id: sessionName(site.id, session.id),
    charger_id: session.charger,
    transaction_id: session.transaction,
    cut,
    values: values.map(signedValueBody),
  });
}

export function signedValueBody(value: SignedValue): object {
  const { publicKey } = value;
  return {
    entry_id: value.entry,
    time: new Date(value.at).toISOString(),
    action: value.action,
    path: value.path,
    timestamp: value.timestamp,
    context: value.context,
    format: value.format,
    encoding: value.encoding,
    signing_method: value.signingMethod,
    text: value.text,
    public_key: publicKey === null ? null : { text: publicKey.text, entry_id: publicKey.entry },
  };
}
