/** What it takes to erase an id tag, and what is told of it: shared by the recorder, control.db and the server. */

import { createHmac } from 'node:crypto';
import {
  type EntryText,
  type ErasedForm,
  type ErasedTag,
  ErasedTags,
  erasedForms,
  IdTags,
  type PseudonymHash,
} from '@ocpp-logs/core';

/** Takes something out of everything that is stored of a site. */
export interface Erasure {
  readonly id: string;
  readonly site: string;
  /** Of one entry; the same object where there is nothing to take out. */
  readonly entry: (text: EntryText) => EntryText;
  /** Of a name that is stored beside entries. */
  readonly name: (text: string) => string;
  /** How often what stands in its place occurs in an entry. */
  readonly occurrences: (text: EntryText) => number;
  /** Only to count. */
  readonly dry: boolean;
  readonly onProgress: (progress: ErasureProgress) => void;
}

export interface ErasureProgress {
  /** Entries looked at, of so many. */
  readonly looked: number;
  readonly of: number;
  /** Entries that held it, and how often. */
  readonly entries: number;
  readonly occurrences: number;
  /** Files with such entries. */
  readonly files: number;
  /** ms; of the first such entry. */
  readonly first: number | null;
  /** Entries that cannot be read, so that nobody knows. */
  readonly unreadable: number;
  /** Files that could not be written anew. */
  readonly kept: number;
  readonly ended: boolean;
  /** At its end: the change up to which ClickHouse is to take what was changed; absent where nothing is shipped. */
  readonly noted?: number;
}

export const NO_PROGRESS: ErasureProgress = {
  looked: 0,
  of: 0,
  entries: 0,
  occurrences: 0,
  files: 0,
  first: null,
  unreadable: 0,
  kept: 0,
  ended: false,
};

/** A site's erased tag as control.db keeps it: the tag itself is nowhere. */
export interface SiteErasedTag extends ErasedTag {
  readonly site: string;
}

/** `key` is that of pseudonyms; hashes of two sites tell nothing of each other. */
function hashOf(key: Uint8Array, site: string): PseudonymHash {
  const own = createHmac('sha256', key).update(`erased id tags of ${site}`).digest();
  return (text) => createHmac('sha256', own).update(text, 'utf8').digest();
}

/** By the tag itself, and by the pseudonym that may stand in its place. */
export function formsOf(key: Uint8Array, site: string, tag: string): readonly ErasedForm[] {
  const hash = hashOf(key, site);
  const pseudonym = new IdTags((text) => createHmac('sha256', key).update(text, 'utf8').digest()).of(tag);
  return [...erasedForms(tag, hash), ...erasedForms(pseudonym, hash)];
}

/** The same at each node that is asked, so that the audit log names no other one. Without the key it tells nothing. */
export function erasureIdOf(key: Uint8Array, site: string, forms: readonly ErasedForm[]): string {
  const text = JSON.stringify(['erasure', site, forms.map(({ hash }) => hash)]);
  return createHmac('sha256', key).update(text, 'utf8').digest('hex').slice(0, 24);
}

export function erasedTagsOf(key: Uint8Array, site: string, tags: readonly ErasedTag[]): ErasedTags {
  return new ErasedTags(hashOf(key, site), tags);
}

/** By table of control.db: rows that held it. */
export type TextsErased = Readonly<Record<string, number>>;

/** Where in control.db to go on: which table, and behind which of its keys. */
export interface TextsPlace {
  readonly table: number;
  readonly after: number | string;
}

/** SQLite sorts numbers before texts, so this is before every key. */
export const TEXTS_BEGIN: TextsPlace = { table: 0, after: -1 };

export interface TextsStep {
  readonly table: string;
  readonly changed: number;
  /** null: that was the end. */
  readonly next: TextsPlace | null;
}

/** `ocpp-logs backup` made it, at a place that may be elsewhere by now. */
export interface BackupRecord {
  readonly path: string;
  /** ms; when its copying began. */
  readonly made: number;
  readonly entries: number;
  /** Ids of the sites in it. */
  readonly sites: readonly string[];
}

/** `shipping`: it is to take what was changed; `removing`: parts that were merged into others are still on its disk. */
export const ENGINE_STATES = ['shipping', 'merging', 'removing', 'done'] as const;

/**
 * What ClickHouse has done of an erasure. A row that was replaced, deleted or expired stays in a part of the table until
 * that was merged, and the part on the disk for a while after that.
 */
export interface EngineErased {
  readonly state: (typeof ENGINE_STATES)[number];
  /** Whose parts had such rows, as `2026-03`. */
  readonly months: readonly string[];
  /** Such rows that are still in parts; null: that was not asked yet. */
  readonly rows: number | null;
  /** How many of these every node finds, whoever's entries they were; absent: none. */
  readonly ofSite?: number;
  /** Parts that were merged and are still on a disk: the first {@link PARTS_TOLD}. */
  readonly parts: readonly string[];
  /** Detached parts of these months, at which nobody looks: as many; null: that is not known. */
  readonly detached: readonly string[] | null;
  /** Why the last try failed; null: it did not. */
  readonly problem: string | null;
}

export const PARTS_TOLD = 100;

export const ENGINE_BEGINS: EngineErased = {
  state: 'shipping',
  months: [],
  rows: null,
  parts: [],
  detached: null,
  problem: null,
};

export interface ErasureReport extends Omit<ErasureProgress, 'ended' | 'noted'> {
  /** Rows of control.db, by table. */
  readonly texts: TextsErased;
  /** Exports that were kept here, and are removed. */
  readonly exports: number;
  /** Back-ups that were made since the first entry that held it. */
  readonly backups: readonly {
    readonly path: string;
    /** ISO 8601. */
    readonly made: string;
    /** Whether it is where it was made. */
    readonly there: boolean;
  }[];
  /** Exports of the site that were fetched, as far as the audit log reaches back. */
  readonly downloads: number;
  /** Those of more sites than the audit log names, of which it may be one; absent in reports from before it was counted. */
  readonly unclearDownloads?: number;
  /** Files that were set aside as damaged or foreign; nobody looks into them. */
  readonly setAside: number;
  /** Absent where nothing is shipped, and in reports from before it was told. */
  readonly engine?: EngineErased;
}

/** An erasure as it is remembered. */
export interface ErasureRecord extends SiteErasedTag {
  readonly id: string;
  /** ms. */
  readonly asked: number;
  /** Name of who asked. */
  readonly by: string;
  /** `incomplete`: something could not be read or written anew. */
  readonly state: 'running' | 'done' | 'incomplete';
  readonly ended: number | null;
  readonly report: ErasureReport | null;
  /** Name of the data folder whose server was asked, where several share control data: it takes the tag out of that, too. */
  readonly node?: string;
}

/** What one of several nodes did of an erasure, in its own data folder. */
export interface ErasurePart {
  /** Of the erasure. */
  readonly id: string;
  /** Name of the node's data folder. */
  readonly folder: string;
  /** Which asking it answers: one may be asked for again. */
  readonly asked: number;
  readonly state: ErasureRecord['state'];
  readonly ended: number | null;
  /** Of one that is running: its files are done, and ClickHouse is to take what was changed. */
  readonly report: ErasureReport | null;
}
