/** Entries and alarms as tests write them. */

import { derive } from '../derive.ts';
import { type EntryId, firstIdAt } from '../entry.ts';
import { type EntryText, encodeEntry } from '../entry-text.ts';
import { NO_CONTEXT } from '../fields.ts';
import type { Firing } from './firing.ts';
import { parseAlarm } from './parse.ts';
import type { AlarmRule } from './rule.ts';

export const T0 = Date.UTC(2026, 0, 5, 10);
export const DEPOT = { id: 'depot', name: 'Depot North' };

export interface Said {
  /** s after T0. */
  readonly s: number;
  readonly ordinal?: number;
  readonly charger?: string;
  readonly status: string;
  readonly connector?: number;
}

export function idAt(s: number, ordinal = 0): EntryId {
  return firstIdAt(T0 + s * 1000) + BigInt(ordinal);
}

/** A StatusNotification of OCPP 1.6. */
export function said({ s, ordinal = 0, charger = 'CP-1', status, connector = 1 }: Said): EntryText {
  const payload = JSON.stringify({ connectorId: connector, errorCode: 'NoError', status });
  const text = `[2,"m","StatusNotification",${payload}]`;
  const bytes = new TextEncoder().encode(text);
  const start = text.indexOf('{');
  return encodeEntry(
    idAt(s, ordinal),
    derive({
      kind: 'exchange',
      at: T0 + s * 1000,
      charger,
      connection: 'c-1',
      direction: 'station_to_csms',
      version: '1.6',
      messageId: 'm',
      action: 'StatusNotification',
      outcome: 'answered',
      request: { bytes, payload: { start, end: text.length - 1 }, redacted: [], cut: null },
      answer: null,
      rejection: null,
      error: null,
      answeredAt: null,
      latency: null,
      context: NO_CONTEXT,
      fields: {},
      findings: [],
      event: null,
    }),
  );
}

export function ruleOf(text: string): AlarmRule {
  const parsed = parseAlarm(text);
  if (parsed.kind === 'fault') throw new Error(`${text}: ${parsed.error.column}: ${parsed.error.message}`);
  return parsed.rule;
}

/** `CP-1 +30s` and so on. */
export function firingTexts(firings: readonly Firing[]): readonly string[] {
  return firings.map(({ charger, at }) => `${charger} +${(at - T0) / 1000}s`);
}
