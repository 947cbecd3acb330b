/** A bundle that was opened: its entries, found and written out by the same functions as on the server. */

import {
  type BundleEntry,
  type BundleHead,
  decodeEntry,
  EntryJsonWriter,
  matcherOf,
  type NamedSite,
  type NeighbourFound,
  neighbourCodes,
  parseQuery,
  type QueryError,
  readBundleRow,
  StationChecks,
  type StationFinding,
  seenOf,
  timeOfId,
  withNeighbours,
} from '@ocpp-logs/core';
import type { LogEntry } from '../api/answers.ts';
import { parseExact } from '../api/exact-json.ts';
import type { SessionBody } from '../charging/session-answers.ts';
import type { Range } from '../time/instant-text.ts';

export type Found =
  | { readonly kind: 'found'; readonly entries: readonly BundleEntry[] }
  | { readonly kind: 'fault'; readonly error: QueryError };

const decoder = new TextDecoder();

export class OpenBundle {
  readonly head: BundleHead;
  readonly entries: readonly BundleEntry[];
  readonly sessions: readonly SessionBody[];
  readonly #byPlace = new Map<string, BundleEntry>();
  readonly #logs = new Map<BundleEntry, LogEntry>();
  #told: ReadonlyMap<string, readonly (StationFinding & NeighbourFound)[]> | null = null;
  readonly #writers = new Map<string, (entry: BundleEntry) => LogEntry>();

  constructor(head: string, rows: string) {
    // Safe: only an export of bundles writes it.
    this.head = JSON.parse(head) as BundleHead;
    this.entries = rows.split('\n').flatMap((line) => (line === '' ? [] : [readBundleRow(line)]));
    // Safe: they are what the route of one session answers.
    this.sessions = this.head.sessions as readonly SessionBody[];
    for (const entry of this.entries) this.#byPlace.set(placeOf(entry.site, String(entry.entry.id)), entry);
  }

  /** From the first entry to the last one; null where there are none. */
  get range(): Range | null {
    const [first] = this.entries;
    const last = this.entries.at(-1);
    if (first === undefined || last === undefined) return null;
    return { from: timeOfId(first.entry.id), to: timeOfId(last.entry.id) };
  }

  at(site: string, id: string): BundleEntry | null {
    return this.#byPlace.get(placeOf(site, id)) ?? null;
  }

  session(id: string): SessionBody | null {
    return this.sessions.find((session) => session.id === id) ?? null;
  }

  siteName(id: string): string {
    return this.head.sites.find((site) => site.id === id)?.name ?? id;
  }

  /** As the API gives it, with everything. */
  log(entry: BundleEntry): LogEntry {
    const known = this.#logs.get(entry);
    if (known !== undefined) return known;
    const log = this.#writerOf(entry.site)(entry);
    this.#logs.set(entry, log);
    return log;
  }

  search(text: string): Found {
    const parsed = parseQuery(text);
    if (parsed.kind !== 'query') return { kind: 'fault', error: parsed.error };
    const findings = new Map(this.entries.map(({ entry, findings }) => [entry, findings]));
    const { root } = parsed;
    const around = neighbourCodes(root).length > 0 ? this.#neighbours : null;
    const matchers = new Map(
      this.head.sites.map((site: NamedSite) => [
        site.id,
        matcherOf(
          root === null || around === null ? root : withNeighbours(root, around.get(site.id) ?? []),
          site,
          (entry) => findings.get(entry) ?? [],
        ),
      ]),
    );
    return {
      kind: 'found',
      entries: this.entries.filter(({ site, entry }) => matchers.get(site)?.(entry) === true),
    };
  }

  /** What only the entries around an entry tell, by these entries alone, by site. */
  get #neighbours(): ReadonlyMap<string, readonly (StationFinding & NeighbourFound)[]> {
    if (this.#told !== null) return this.#told;
    const told = new Map<string, (StationFinding & NeighbourFound)[]>();
    const stations = new Map<string, StationChecks>();
    for (const { site, entry } of this.entries) {
      const key = placeOf(site, entry.charger);
      const found = told.get(site) ?? [];
      told.set(site, found);
      const checks =
        stations.get(key) ??
        new StationChecks((finding) => found.push({ ...finding, charger: entry.charger }));
      stations.set(key, checks);
      checks.see(seenOf(String(entry.id), decodeEntry(entry)));
    }
    for (const checks of stations.values()) checks.end();
    this.#told = told;
    return told;
  }

  #writerOf(site: string): (entry: BundleEntry) => LogEntry {
    const known = this.#writers.get(site);
    if (known !== undefined) return known;
    let findings: BundleEntry['findings'] = [];
    const writer = new EntryJsonWriter(site, {
      siteName: this.siteName(site),
      exchange: true,
      raw: true,
      validation: true,
      findings: () => findings,
      neighbours: 'told',
    });
    const write = (entry: BundleEntry): LogEntry => {
      const id = String(entry.entry.id);
      const around = this.#neighbours.get(site)?.filter((finding) => finding.entry === id) ?? [];
      findings = [...entry.findings, ...around];
      writer.object(entry.entry);
      // Safe: the writer is held against the schema by a test.
      return parseExact(decoder.decode(writer.take())) as LogEntry;
    };
    this.#writers.set(site, write);
    return write;
  }
}

function placeOf(site: string, id: string): string {
  return `${id}.${site}`;
}
