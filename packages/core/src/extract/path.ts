/**
 * Paths of the action tables. Names joined by `.`; behind the name of a list
 * `[]` all its elements, which must agree; `[0]` its first; `[newest]` the element with the newest text as an instant;
 * `[counted]` the one event that counts, `[state]` the same if it tells the AvailabilityState (extraction rules 4, NotifyEvent).
 * A path that starts with `answer.` reads the answer. ` | ` separates alternatives, the first that is there counts.
 */

import type { Finding } from '../finding.ts';
import type { JsonObject, JsonValue } from '../message.ts';
import { instantOf } from './instant.ts';
import { isAbsent, isArray, isObject, type Leaf, type Read, reportType } from './leaf.ts';

const PICKS = ['', '0', 'newest', 'counted', 'state'] as const;
type Pick = (typeof PICKS)[number];

interface Step {
  readonly name: string;
  readonly pick: Pick | null;
}

export interface Path {
  readonly source: 'request' | 'answer';
  readonly steps: readonly Step[];
  /** Of a path that is one name, as most are: it, and the path as it is reported. */
  readonly only: { readonly name: string; readonly where: string } | null;
}

/** Throws on a path that is not well formed: the tables are read once, when the module loads. */
export function parsePaths(text: string): readonly Path[] {
  return text.split(' | ').map(parsePath);
}

function parsePath(text: string): Path {
  const source = text.startsWith('answer.') ? 'answer' : 'request';
  const names = source === 'answer' ? text.slice('answer.'.length) : text;
  const steps = names.split('.').map(parseStep);
  const [first] = steps;
  const isOnly = steps.length === 1 && first?.pick === null;
  return { source, steps, only: isOnly ? { name: first.name, where: `${source}.${first.name}` } : null };
}

function parseStep(text: string): Step {
  const match = /^(\w+)(?:\[(\w*)\])?$/.exec(text);
  const pick = match?.[2] === undefined ? null : PICKS.find((known) => known === match[2]);
  if (match?.[1] === undefined || pick === undefined) throw new Error(`not a path step: ${text}`);
  return { name: match[1], pick };
}

/** The first alternative that is there and of the right type. */
export function readPaths<T extends string | number | bigint | boolean | object>(
  paths: readonly Path[],
  call: JsonObject,
  answer: JsonObject | null,
  read: Read<T>,
  findings: Finding[],
): T | undefined {
  for (const path of paths) {
    const root = path.source === 'request' ? call : answer;
    if (root === null) continue;
    const value =
      path.only === null
        ? follow(path.steps, 0, root, path.source, read, findings)
        : readOnly(path.only, root, read, findings);
    if (value !== undefined) return value;
  }
  return undefined;
}

function readOnly<T>(
  { name, where }: { readonly name: string; readonly where: string },
  root: JsonObject,
  read: Read<T>,
  findings: Finding[],
): T | undefined {
  const value = root[name];
  return isAbsent(value) ? undefined : read(value, where, findings);
}

function follow<T>(
  steps: readonly Step[],
  from: number,
  root: Leaf,
  where: string,
  read: Read<T>,
  findings: Finding[],
): T | undefined {
  let value = root;
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined || isAbsent(value)) return undefined;
    if (!isObject(value)) {
      reportType(findings, where, value);
      return undefined;
    }
    value = value[step.name];
    where = `${where}.${step.name}`;
    if (step.pick !== null) return pickFrom(step.pick, value, steps, at + 1, where, read, findings);
  }
  return isAbsent(value) ? undefined : read(value, where, findings);
}

function pickFrom<T>(
  pick: Pick,
  list: Leaf,
  steps: readonly Step[],
  from: number,
  where: string,
  read: Read<T>,
  findings: Finding[],
): T | undefined {
  if (isAbsent(list)) return undefined;
  if (!isArray(list)) {
    reportType(findings, where, list);
    return undefined;
  }
  const each = (at: number) => follow(steps, from, list[at], `${where}[${at}]`, read, findings);
  switch (pick) {
    case '':
      return agreed(list.length, each);
    case 'newest':
      return newest(list.length, each);
    case '0':
      return each(0);
    case 'counted':
      return each(Math.max(stateAt(list), 0));
    case 'state':
      // Before the list there is nothing.
      return each(stateAt(list));
  }
}

function agreed<T>(length: number, each: (at: number) => T | undefined): T | undefined {
  const first = length === 0 ? undefined : each(0);
  for (let at = 1; at < length && first !== undefined; at += 1) {
    if (each(at) !== first) return undefined;
  }
  return first;
}

/** The first of the newest; what is no instant counts as oldest. */
function newest<T>(length: number, each: (at: number) => T | undefined): T | undefined {
  let best: T | undefined;
  let bestInstant: number | null = null;
  for (let at = 0; at < length; at += 1) {
    const value = each(at);
    if (value === undefined) continue;
    if (best === undefined) {
      best = value;
      continue;
    }
    bestInstant ??= instantIn(best);
    const instant = instantIn(value);
    if (instant > bestInstant) {
      best = value;
      bestInstant = instant;
    }
  }
  return best;
}

function instantIn(value: unknown): number {
  return (typeof value === 'string' ? instantOf(value) : null) ?? Number.NEGATIVE_INFINITY;
}

function stateAt(events: readonly JsonValue[]): number {
  return events.findIndex(
    (event) => isObject(event) && isObject(event.variable) && event.variable.name === 'AvailabilityState',
  );
}
