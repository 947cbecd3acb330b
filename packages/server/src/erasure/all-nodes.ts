/** What several nodes did of one erasure, each in its own data folder, as one. */

import {
  ENGINE_STATES,
  type EngineErased,
  type ErasurePart,
  type ErasureProgress,
  type ErasureRecord,
  type ErasureReport,
} from '../store/erasure.ts';
import { type NodeRow, SEEN_EVERY_MS } from '../store/nodes.ts';

/**
 * `waiting`: it has not begun, as it is away or has others to do. `shipping`: its files are done, and it is still in
 * ClickHouse. `gone`: its number was given back before it did.
 */
export const NODE_STATES = ['waiting', 'running', 'shipping', 'done', 'incomplete', 'gone'] as const;

export interface NodePart {
  readonly number: number;
  readonly folder: string;
  readonly state: (typeof NODE_STATES)[number];
  /** ms */
  readonly ended: number | null;
}

export interface OfAllNodes {
  readonly state: ErasureRecord['state'] | 'shipping';
  readonly ended: number | null;
  readonly progress: ErasureProgress;
  readonly report: ErasureReport | null;
  readonly nodes: readonly NodePart[];
}

/** A server that told nothing for so long is not waited for, ms. */
const AWAY_MS = 2.5 * SEEN_EVERY_MS;

export interface AllNodesQuestion {
  readonly record: Pick<ErasureRecord, 'id' | 'asked' | 'node'>;
  /** Of this node: newer than what `parts` tell of it. */
  readonly own: Omit<ErasurePart, 'id' | 'asked'> & { readonly progress: ErasureProgress };
  readonly parts: readonly ErasurePart[];
  readonly nodes: readonly NodeRow[];
  /** Whether what nodes recorded that are gone can be read all the same. */
  readonly keepsOfGone: boolean;
  readonly now: number;
}

const UNENDED: ReadonlySet<NodePart['state']> = new Set(['waiting', 'running', 'shipping']);

export function ofAllNodes({ record, own, parts, nodes, keepsOfGone, now }: AllNodesQuestion): OfAllNodes {
  const others = parts.filter(
    ({ id, asked, folder }) => id === record.id && asked === record.asked && folder !== own.folder,
  );
  const known = new Map(others.map((part) => [part.folder, part]));
  const told = nodes.flatMap(({ number, folder, released }): readonly NodePart[] => {
    const part = folder === own.folder ? own : known.get(folder);
    if (part !== undefined && (released === null || part.state === 'done'))
      return [{ number, folder, state: stateOf(part), ended: part.ended }];
    return [{ number, folder, state: released === null ? 'waiting' : 'gone', ended: null }];
  });
  const seen = new Map(nodes.map(({ folder, lastSeen }) => [folder, lastSeen]));
  const isAwaited = ({ folder, state }: NodePart) =>
    UNENDED.has(state) && now - (seen.get(folder) ?? 0) < AWAY_MS;
  const awaited = new Set(
    [stateOf(own), ...told.filter(isAwaited).map(({ state }) => state)].filter((state) => UNENDED.has(state)),
  );
  const shipping = awaited.size === 1 && awaited.has('shipping');
  const running = awaited.size > 0 && !shipping;
  const under = running || shipping;
  // The one that was asked was to look through control data, too.
  const isDone = ({ state, folder }: NodePart) =>
    state === 'done' || (state === 'gone' && !keepsOfGone && folder !== record.node);
  const whole = own.state === 'done' && told.every(isDone);
  const reports = [own, ...others].flatMap(({ report }) => (report === null ? [] : [report]));
  const ended = [own, ...others].map((part) => part.ended ?? 0);
  return {
    state: running ? 'running' : shipping ? 'shipping' : whole ? 'done' : 'incomplete',
    ended: under ? null : Math.max(...ended),
    progress: { ...others.reduce(withReport, own.progress), ended: !under },
    report: running || reports.length === 0 ? null : reports.reduce(joined),
    nodes: told,
  };
}

/** Of one whose files are done there is a report. */
function stateOf({ state, report }: Pick<ErasurePart, 'state' | 'report'>): NodePart['state'] {
  return state === 'running' && report !== null ? 'shipping' : state;
}

function withReport(progress: ErasureProgress, { report }: ErasurePart): ErasureProgress {
  return report === null ? progress : summed(progress, { ...report, ended: true });
}

function summed(a: ErasureProgress, b: ErasureProgress): ErasureProgress {
  return {
    looked: a.looked + b.looked,
    of: a.of + b.of,
    entries: a.entries + b.entries,
    occurrences: a.occurrences + b.occurrences,
    files: a.files + b.files,
    first: earlier(a.first, b.first),
    unreadable: a.unreadable + b.unreadable,
    kept: a.kept + b.kept,
    ended: a.ended && b.ended,
  };
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The log of downloads and the list of back-ups are the same for all: whoever has the earliest entry counts most of them. */
function joined(a: ErasureReport, b: ErasureReport): ErasureReport {
  const { ended: _, ...sums } = summed({ ...a, ended: true }, { ...b, ended: true });
  const texts = { ...a.texts };
  for (const [table, rows] of Object.entries(b.texts)) texts[table] = (texts[table] ?? 0) + rows;
  const backups = new Map(a.backups.map((backup) => [`${backup.made} ${backup.path}`, backup]));
  for (const backup of b.backups) {
    const place = `${backup.made} ${backup.path}`;
    backups.set(place, { ...backup, there: backup.there || backups.get(place)?.there === true });
  }
  return {
    ...sums,
    texts,
    exports: a.exports + b.exports,
    backups: [...backups.values()],
    downloads: Math.max(a.downloads, b.downloads),
    unclearDownloads: Math.max(a.unclearDownloads ?? 0, b.unclearDownloads ?? 0),
    setAside: a.setAside + b.setAside,
    ...engineOf(a.engine, b.engine),
  };
}

/** Each looks after the rows of its own entries, and all at the same rows that have expired or were deleted, and parts. */
function engineOf(a: EngineErased | undefined, b: EngineErased | undefined): Pick<ErasureReport, 'engine'> {
  if (a === undefined) return b === undefined ? {} : { engine: b };
  if (b === undefined) return { engine: a };
  const ofSite = Math.max(a.ofSite ?? 0, b.ofSite ?? 0);
  const own = ({ rows, ofSite = 0 }: EngineErased) => (rows ?? 0) - ofSite;
  const union = (some: readonly string[], more: readonly string[]) => [...new Set([...some, ...more])].sort();
  return {
    engine: {
      state: ENGINE_STATES.find((state) => [a.state, b.state].includes(state)) ?? a.state,
      months: union(a.months, b.months),
      rows: a.rows === null || b.rows === null ? null : own(a) + own(b) + ofSite,
      ofSite,
      parts: union(a.parts, b.parts),
      detached: a.detached === null || b.detached === null ? null : union(a.detached, b.detached),
      problem: a.problem ?? b.problem,
    },
  };
}
