/** What every log store offers. Engines are sibling folders with the same file names; one suite runs over all. */

import type {
  ConnectionEvent,
  Entry,
  EntryId,
  EntryText,
  Frame,
  Kind,
  Outcome,
  QueryNode,
} from '@ocpp-logs/core';
import type { Erasure } from './erasure.ts';
import type { FleetAnswer, FleetQuery, SizesAnswer, SizesQuery } from './fleet/question.ts';
import type { SiteRetention } from './retention.ts';
import type {
  SessionAnswer,
  SessionQuery,
  SessionsPage,
  SessionsQuery,
  StationTold,
  StationToldQuery,
} from './sessions/question.ts';
import type { LogStorage } from './storage.ts';

/** Names an entry before and after it has an id; the writer fills `id` when it inserts. */
export interface Slot {
  id: EntryId | null;
}

/** An entry as it is now: new where `slot.id` is null, otherwise it replaces what stood there. */
export interface EntryChange {
  readonly slot: Slot;
  readonly entry: Entry;
}

/** A frame of an import or ingest, to be compared with what is stored. `frame.bytes` are masked already. */
export interface SourceFrame {
  readonly charger: string;
  readonly frame: Frame;
  /** Put together of parts: compared by action and payload, or by the payload of an answer, not by the whole text. */
  readonly rebuilt?: boolean;
}

/** What a source tells of a connection itself; the same if all of it is the same. */
export interface SourceEvent {
  readonly charger: string;
  /** ms since 1970. */
  readonly at: number;
  readonly connection: string;
  readonly event: ConnectionEvent;
}

export type SourceItem = SourceFrame | SourceEvent;

/** Begins the message ids that are made for archives that tell none: their frames are rebuilt ones. */
export const MADE_ID = 'log-';

/** A connection that had not ended when the store was closed or killed. */
export interface OpenConnection {
  readonly site: string;
  readonly charger: string;
  readonly connection: string;
  /** Time of its last committed frame, ms. */
  readonly capturedThrough: number;
}

export interface StoredEntry {
  readonly id: EntryId;
  readonly entry: Entry;
}

/** An exchange without its answer; the rest of it can be read. */
export interface UnansweredCall {
  readonly id: EntryId;
  readonly charger: string;
}

/** A fact about a transaction: on which connector it runs. */
export interface TransactionFact {
  readonly transaction: string;
  readonly connector: number | null;
  readonly evseConnector: number | null;
  /** ms. */
  readonly start: number;
}

/**
 * The one writer of a data folder. Lives in the recorder's thread, so its calls are synchronous.
 * Nothing is visible to readers before {@link commit}, nothing survives a power cut before {@link sync}.
 */
export interface EntryWriter {
  /**
   * Inserts or replaces entries of one site, in the open transaction of their files. `settled`: most of what has ended
   * will not change any more, as in an import, so that it can be packed at once.
   */
  apply(site: string, changes: readonly EntryChange[], settled?: boolean): void;
  /** For each item whether it is stored already; n equal ones need n stored ones. Sees uncommitted changes. */
  known(site: string, items: readonly SourceItem[]): boolean[];
  read(site: string, id: EntryId): Entry | null;
  /**
   * Exchanges of `from` up to, not including, `to` (ms) that ended without an answer and may still get one, newest
   * first, so many at most. Sees uncommitted changes.
   */
  unanswered(site: string, from: number, to: number, max: number): readonly UnansweredCall[];
  /** Entries whose outcome is pending, of every site. */
  pending(): Iterable<{ readonly site: string; readonly stored: StoredEntry }>;

  /** Where the transaction runs, as known at `at` (nearest earlier start wins; 30 days). */
  transaction(site: string, charger: string, transaction: string, at: number): TransactionFact | null;
  rememberTransaction(site: string, charger: string, fact: TransactionFact): void;

  /** What GET /sites/{id} tells of a charger; absent keys stay as they were. */
  rememberCharger(site: string, charger: string, facts: ChargerFacts): void;
  /** Of a station as it was connected here before. */
  stationIdentity(site: string, charger: string): StationIdentity;
  /** A serial number that is null is not known, and leaves the one before. */
  rememberIdentity(site: string, charger: string, serial: string | null): void;
  connectionOpened(connection: OpenConnection): void;
  /** What was told last counts, also where it is earlier: the clock may have been set back. */
  capturedThrough(site: string, connection: string, at: number): void;
  connectionClosed(site: string, connection: string): void;
  openConnections(): readonly OpenConnection[];
  /**
   * With the next commit everything that was captured up to `at`, ms, is committed; null: nothing is captured any more, or
   * yet. It is kept as far as what it tells of is on the disk.
   */
  recordedThrough(at: number | null): void;
  /**
   * What was kept of {@link recordedThrough} when this writer was opened: the one before ended all at once. Of a site also
   * where that was lost by damage: its newest entry, as nobody knows whether anything came after it.
   */
  interrupted(site?: string): number | null;

  /** Commits every open transaction. Returns how many entries it made visible. */
  commit(): number;
  /** Resolves when everything committed so far is on the disk. */
  sync(): Promise<void>;
  /** One bounded step of sealing, folding in amendments, re-derivation and retention; true if there is more to do. */
  maintain(now: number, retention: ReadonlyMap<string, SiteRetention>): boolean;
  /** Begins to take something out of all that is stored, in the steps of {@link maintain}; a run that was cut off can begin anew. */
  erase(erasure: Erasure): void;
  /** Seals all that has ended, whatever its age: at the end of an import. */
  seal(site: string): void;
  close(): void;
}

export interface StationIdentity {
  /** Whether it was at this site before. */
  readonly known: boolean;
  readonly serial: string | null;
  /** Other sites at which a station of this id was. */
  readonly elsewhere: readonly string[];
}

export interface ChargerFacts {
  readonly vendor?: string;
  readonly model?: string;
  readonly firmware?: string;
  readonly protocol?: string;
  readonly connected?: boolean;
  readonly lastSeen?: number;
}

export interface ChargerSummary {
  readonly id: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly protocol: string | null;
  readonly connected: boolean;
  /** ms since 1970. */
  readonly lastSeen: number | null;
  /** ms since 1970: everything captured up to here is committed. */
  readonly capturedThrough: number | null;
}

export interface EntryFilter {
  readonly site: string;
  /** ms, inclusive; a caller has raised it to the site's retention already. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
  readonly kinds: readonly Kind[];
  /** null: any. An action filter holds exchanges only. */
  readonly actions: readonly string[] | null;
  readonly chargers: readonly string[] | null;
  readonly connectors: readonly number[] | null;
  /** A search; null: everything. */
  readonly query: QueryNode | null;
  /** ms; what is older is not kept any more, also where it is read for what came later. Absent: all is kept. */
  readonly kept?: number;
}

export type SortOrder = 'asc' | 'desc';

/** `kept`: ms; what is older is not kept any more. */
export interface SessionRendering {
  readonly kept: number;
}

/** The same of what the entries around tell. */
export type NeighbourRendering = SessionRendering;

/** How an entry is written out. */
export interface Rendering {
  readonly siteName: string;
  readonly exchange: boolean;
  readonly raw: boolean;
  /** Of JSON alone. */
  readonly validation?: boolean;
  /** Of pages and picked entries, with `validation`: what the entries around tell, too. */
  readonly neighbours?: NeighbourRendering;
  /** Of pages and picked entries: which session each is in. */
  readonly session?: SessionRendering;
  /** CSV alone: false leaves texts that begin like a formula as they are. */
  readonly guard?: boolean;
}

/** One site of a question: what is looked for there, and how its entries are written out. */
export interface Scope {
  readonly filter: EntryFilter;
  readonly rendering: Rendering;
}

/** Where an entry stands among those of several sites: by its id, then by its site. */
export interface EntryPosition {
  readonly id: EntryId;
  readonly site: string;
}

export interface PageQuery {
  /** Each site once. Their renderings differ in the site's name alone. */
  readonly scopes: readonly Scope[];
  readonly order: SortOrder;
  readonly take: number;
  /** Entries passed over; 0 with a position. */
  readonly skip: number;
  /** Only entries behind this one, in the order asked for. */
  readonly after: EntryPosition | null;
  /** Of a search over texts: no counting beyond the page. */
  readonly quick?: boolean;
}

export interface Page {
  /** UTF-8: the entries as JSON objects, separated by commas, without brackets. */
  readonly body: Uint8Array;
  readonly entries: number;
  /** All entries that match, whatever take, skip and position are. */
  readonly count: number;
  /** false: a search over texts was not counted to the end; there are at least so many. */
  readonly countExact: boolean;
  /** The last entry of this page. Of one that ended for want of time: how far it has looked; null while passing over. */
  readonly last: EntryPosition | null;
  /** Whether entries follow behind it, or may follow where time ran out. */
  readonly more: boolean;
}

export type StreamFormat = 'ndjson' | 'csv';

export interface StreamQuery {
  readonly scopes: readonly Scope[];
  readonly order: SortOrder;
  readonly format: StreamFormat;
  /** null: all. */
  readonly take: number | null;
}

/** What entries can be counted by. */
export const FACET_FIELDS = [
  'station',
  'connector',
  'action',
  'direction',
  'outcome',
  'status',
  'error',
  'version',
  'finding',
  'kind',
  'site',
] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

export interface FacetsQuery {
  /** Each site once. */
  readonly filters: readonly EntryFilter[];
  readonly fields: readonly FacetField[];
  /** Values of each field at most, the most frequent ones. */
  readonly top: number;
}

export interface Facet {
  readonly field: FacetField;
  /** Most frequent first, then by their text. An entry without a value is in none, one with several in each. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** How many values there are. */
  readonly distinct: number;
}

export interface Facets {
  readonly facets: readonly Facet[];
  /** Entries that match. */
  readonly count: number;
  /** false: time ran out, all counts are lower bounds. */
  readonly exact: boolean;
}

export interface HistogramQuery {
  /** Each site once. */
  readonly filters: readonly EntryFilter[];
  /** Width of a bin, ms: a divisor or a multiple of an hour. Bins begin at multiples of it since 1970. */
  readonly step: number;
}

export interface HistogramBin {
  /** ms. */
  readonly time: number;
  readonly count: number;
  /** Of those entries that have an outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

export interface Histogram {
  /** Those with entries, in order. */
  readonly bins: readonly HistogramBin[];
  readonly exact: boolean;
}

export interface PickedEntry {
  readonly id: EntryId;
  /** UTF-8 JSON object. */
  readonly body: Uint8Array;
}

/** Reading side, on the server's own thread; the work is done in worker threads. */
export interface EntryReader {
  /** Aborting `signal` gives up what takes long; the promise is rejected with its reason. */
  page(query: PageQuery, signal?: AbortSignal): Promise<Page>;
  facets(query: FacetsQuery, signal?: AbortSignal): Promise<Facets>;
  histogram(query: HistogramQuery, signal?: AbortSignal): Promise<Histogram>;
  /** Made of what {@link EntrySource} gives, in a thread that reads. */
  sessions(query: SessionsQuery, signal?: AbortSignal): Promise<SessionsPage>;
  session(query: SessionQuery, signal?: AbortSignal): Promise<SessionAnswer>;
  stationTold(query: StationToldQuery, signal?: AbortSignal): Promise<StationTold>;
  /** The same for what stations of a site did, day by day. */
  fleet(query: FleetQuery, signal?: AbortSignal): Promise<FleetAnswer>;
  sizes(query: SizesQuery, signal?: AbortSignal): Promise<SizesAnswer>;
  /**
   * Chunks of whole lines; constant memory; ends early when the consumer stops, and when `signal` is aborted, also
   * between two chunks that lie far apart.
   */
  stream(query: StreamQuery, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Those of `ids` that match the filter, in the order of `ids`. */
  pick(filter: EntryFilter, rendering: Rendering, ids: readonly EntryId[]): Promise<readonly PickedEntry[]>;
  chargers(site: string): Promise<readonly ChargerSummary[]>;
  /** Every action seen on these sites. */
  actions(sites: readonly string[]): Promise<readonly string[]>;
  storage(): Promise<LogStorage>;
  close(): Promise<void>;
}

/** An entry by its name; the id as text, so that it can be written down. */
export interface EntryRef {
  readonly site: string;
  readonly id: string;
}

export interface EntriesQuery {
  /** Each site once. */
  readonly filters: readonly EntryFilter[];
  readonly order: SortOrder;
  /** null: all. */
  readonly take: number | null;
  /** These entries and no others, as far as they match the filter of their site; null: all that match. */
  readonly only: readonly EntryRef[] | null;
}

export interface SiteEntry extends EntryText {
  readonly site: string;
}

/** Reading for work that is long and has a thread of its own, such as an export. */
export interface EntrySource {
  /** A search over texts is counted for a while only: there are at least so many then. */
  count(query: Pick<EntriesQuery, 'filters' | 'only'>): Promise<number>;
  /**
   * By time, entry id and site, in batches of at most 1,000; constant memory; ends early when the consumer stops.
   * Rejects with the reason of `signal` when that is aborted, also between two batches that lie far apart.
   */
  entries(query: EntriesQuery, signal?: AbortSignal): AsyncIterable<readonly SiteEntry[]>;
  close(): Promise<void>;
}
