/**
 * All findings of an entry: those that were recorded, then what its messages break of their schemas and of sense.
 * Derived each time that it is looked at, in threads that read and in commands; never on the way of a frame.
 */

import {
  decodeEntry,
  type Entry,
  FINDINGS,
  type Finding,
  type FindingsOf,
  Found,
  type SeenEntry,
  seenOf,
  senseFindings,
  type Wire,
} from '@ocpp-logs/core';
import type { Part } from './ocpp-schemas.ts';
import { schemaFaults } from './schema-faults.ts';

export const findingsOf: FindingsOf = (text) => {
  const entry = decodeEntry(text);
  if (entry.kind !== 'exchange') return entry.findings;
  return entryFindings(entry, seenOf(String(text.id), entry));
};

/** As sessions and rules see it, with all its findings. An entry whose texts were let go keeps those that it has. */
export function checkedEntry(id: string, entry: Entry): SeenEntry {
  const seen = seenOf(id, entry);
  if (entry.kind !== 'exchange' || entry.request === null) return seen;
  return { ...seen, findings: entryFindings(entry, seen) };
}

/** `seen` is what `entry` says. */
function entryFindings(entry: Entry, seen: SeenEntry): readonly Finding[] {
  const sense = senseFindings(seen);
  const faults = [...faultsOf(entry, seen, 'request'), ...faultsOf(entry, seen, 'answer')];
  if (sense.length === 0 && faults.length === 0) return entry.findings;
  const told = new Set([...entry.findings, ...sense].flatMap(violatedPath));
  const found = new Found();
  for (const { code, path, detail, clause } of faults) {
    // The same fault by a better name.
    if (!told.has(path)) found.add(code, path, detail, clause);
  }
  return [...entry.findings, ...sense, ...found.list];
}

function faultsOf(entry: Entry, seen: SeenEntry, part: Part) {
  const wire = part === 'request' ? entry.request : entry.answer;
  const payload = part === 'request' ? seen.call : seen.answer;
  if (wire === null || payload === null || wire.cut !== null) return [];
  if (seen.version === null || seen.action === null) return [];
  const faults = schemaFaults(seen.version, seen.action, part, payload, lengthOf(wire));
  if (wire.redacted.length === 0) return faults;
  // What a mask breaks is no fault of the message.
  const masked = new Set(wire.redacted.map((path) => `${part}.${path}`));
  return faults.filter(({ path }) => !masked.has(path));
}

function lengthOf({ payload }: Wire): number {
  return payload === null ? 0 : payload.end - payload.start;
}

function violatedPath({ code, path }: Finding): readonly string[] {
  return path !== undefined && FINDINGS[code]?.severity === 'violates' ? [path] : [];
}
