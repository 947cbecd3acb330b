import type { EntryReader, EntrySource, EntryWriter } from '../store.ts';

/** A store over a folder of its own. `writer`, `reader` and `source` are others after `reopen`. */
export interface ConformingStore {
  readonly writer: EntryWriter;
  readonly reader: EntryReader;
  readonly source: EntrySource;
  reopen(): Promise<void>;
  /** Disagreements between what is stored and what is kept about it. */
  problems(): readonly string[];
  close(): Promise<void>;
}

export type OpenStore = () => Promise<ConformingStore>;
