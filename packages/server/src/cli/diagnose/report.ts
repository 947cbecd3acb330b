/** A diagnosis as text, and as JSON. */

import { type Conclusion, counted, type Evidence, type FindingCount } from '@ocpp-logs/core';
import { countText } from '../quantity.ts';
import type { JudgedSession, StationDiagnosis } from './diagnosis.ts';
import type { LogLine } from './gathered.ts';

/** Where an entry stands in a file; null where it is in a store, or nobody can tell. */
export type LineOf = (entry: string) => LogLine | null;

export interface Diagnosed extends StationDiagnosis {
  readonly lineOf: LineOf;
}

const MARKS = { failure: 'FAILED', warning: 'WARNING', note: '' } as const;
const SHOWN = 3;

export function stationText({ charger, sessions, station, findings, lineOf }: Diagnosed): string {
  const name = printable(charger);
  const lines = sessions.flatMap((judged) => sessionLines(name, judged, lineOf));
  const about = station.flatMap((conclusion) => [
    `${name}: ${marked(conclusion)}`,
    ...remedyLines(conclusion),
    ...evidenceLines(conclusion.evidence, lineOf),
  ]);
  const shown = findings.filter(({ severity }) => severity !== 'info');
  const found = shown.length === 0 ? [] : [`${name}: found in its messages:`];
  for (const count of shown) found.push(`    ${findingText(count, lineOf)}`);
  return [...lines, ...about, ...found].map((line) => `${line}\n`).join('');
}

/** Code, severity, how often; then the first of them. */
function findingText({ code, severity, count, first, path, detail }: FindingCount, lineOf: LineOf): string {
  const value = detail === null ? '' : ` (${detail})`;
  const what = `${first.what}${path === null ? '' : ` ${path}`}${value}`;
  return `${code}  ${severity}  ${countText(count)}  first ${printable(what)}  ${placeText(first, lineOf)}`;
}

function sessionLines(name: string, { session, verdict }: JudgedSession, lineOf: LineOf): readonly string[] {
  const place = session.connector === null ? name : `${name} #${session.connector}`;
  return [
    `${timeText(session.from)}  ${place}  ${marked(verdict)}`,
    ...remedyLines(verdict),
    ...evidenceLines(verdict.evidence, lineOf),
    ...verdict.also.map(
      (conclusion) => `    also ${marked(conclusion)}${places(conclusion.evidence, lineOf)}`,
    ),
  ];
}

function marked({ severity, text }: Conclusion): string {
  const mark = MARKS[severity];
  return mark === '' ? printable(text) : `${mark}: ${printable(text)}`;
}

function remedyLines({ remedy }: Conclusion): readonly string[] {
  return remedy === '' ? [] : [`    ${remedy}`];
}

function evidenceLines(evidence: readonly Evidence[], lineOf: LineOf): readonly string[] {
  return evidence.slice(0, SHOWN).map((one) => `    ${evidenceText(one, lineOf)}`);
}

function places(evidence: readonly Evidence[], lineOf: LineOf): string {
  const [first] = evidence;
  return first === undefined ? '' : ` (${placeText(first, lineOf)})`;
}

function evidenceText(evidence: Evidence, lineOf: LineOf): string {
  return `${timeText(evidence.at)}  ${printable(evidence.what)}  ${placeText(evidence, lineOf)}`;
}

function placeText({ entry }: Evidence, lineOf: LineOf): string {
  const line = lineOf(entry);
  return line === null ? `entry ${entry}` : `${line.file}:${line.line}`;
}

/** How often each rule was the verdict, the most frequent first. */
export function totalsText(all: readonly StationDiagnosis[]): string {
  const counts = new Map<string, number>();
  const sessions = all.flatMap((station) => station.sessions);
  for (const { verdict } of sessions) counts.set(verdict.rule, (counts.get(verdict.rule) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const words = sorted.map(([rule, count]) => `${rule} ${countText(count)}`).join(', ');
  const stations = counted(all.length, 'station');
  const told = counted(sessions.length, 'session');
  return `${stations}, ${told}${words === '' ? '' : `: ${words}`}\n`;
}

/** One line for each session, then one for each thing told of the station, then one for each code of findings. */
export function stationJson({ charger, sessions, station, findings, lineOf }: Diagnosed): string {
  const rows = [
    ...sessions.map(({ session, verdict }) => ({
      kind: 'session',
      ...session,
      verdict: withLines(verdict, lineOf, verdict.also),
    })),
    ...station.map((conclusion) => ({ kind: 'station', charger, conclusion: withLines(conclusion, lineOf) })),
    ...findings.map((finding) => ({
      kind: 'finding',
      charger,
      finding: { ...finding, first: placed(finding.first, lineOf) },
    })),
  ];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function withLines(conclusion: Conclusion, lineOf: LineOf, also?: readonly Conclusion[]): object {
  const evidence = conclusion.evidence.map((one) => placed(one, lineOf));
  return {
    ...conclusion,
    evidence,
    ...(also === undefined ? {} : { also: also.map((one) => withLines(one, lineOf)) }),
  };
}

function placed(evidence: Evidence, lineOf: LineOf): object {
  return { ...evidence, at: new Date(evidence.at).toISOString(), ...lineOf(evidence.entry) };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}

/** What a station wrote must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
