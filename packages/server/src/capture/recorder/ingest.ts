/**
 * The ingest route's lines into entries: read, ordered by (time, line), compared with what is stored, fed to their
 * conversations. What is known already adds nothing; a line that is wrong loses nothing beside it.
 */

import { readMessage } from '@ocpp-logs/core';
import type { EntryWriter, SourceItem } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import { eachLine } from './body-lines.ts';
import type { Conversation } from './conversation.ts';
import type { IngestLine } from './ingest-line.ts';
import { LINES_MAX, readIngestLine } from './ingest-line.ts';
import { MaskedFrame } from './masked-frame.ts';
import type { IngestAnswer, Rejection } from './recorder.ts';
import type { Recording } from './recording.ts';
import { CONVERSATIONS_MAX, connectionOf } from './virtual.ts';

/** Sources that have not said that they end; beyond it the one quiet longest is no longer ended by its word. */
const SOURCES_MAX = 1000;

/** Conversations of all of them. */
const TOUCHED_MAX = 5 * CONVERSATIONS_MAX;

/** The one source that is read to its end in one go; of every other a request may be the last for long. */
const IMPORTED = 'import';
const AWAY = 'the store is away; try again later';

export class Ingest {
  readonly #recording: Recording;
  readonly #writer: EntryWriter;
  /** Conversations of each source that has not ended, so that its end can find them. */
  readonly #touched = new Map<string, Set<Conversation>>();

  readonly #touchedMax: number;

  constructor(recording: Recording, writer: EntryWriter, touchedMax = TOUCHED_MAX) {
    this.#touchedMax = touchedMax;
    this.#recording = recording;
    this.#writer = writer;
    recording.virtual.onEvict((talk) => {
      for (const touched of this.#touched.values()) touched.delete(talk);
    });
  }

  async take(site: string, source: string, body: Uint8Array, last: boolean): Promise<IngestAnswer> {
    const { changes, storedCalls } = this.#recording.pipeline;
    // What an earlier request left uncommitted is not stored yet, so its repetition could not be told from news.
    if (changes.size > 0 && !this.#recording.commit()) throw new StoreUnavailableError(AWAY);
    storedCalls.begin();
    let answer: IngestAnswer;
    try {
      answer = this.#taken(site, source, body, last);
    } finally {
      storedCalls.end();
    }
    if (last) this.#writer.seal(site);
    await this.#writer.sync();
    return answer;
  }

  /** Committed, and not yet on the disk. */
  #taken(site: string, source: string, body: Uint8Array, last: boolean): IngestAnswer {
    const { lines, rejected } = this.#read(body);
    lines.sort((a, b) => a.at - b.at || a.line - b.line);
    const known = this.#writer.known(
      site,
      lines.map((line) => this.#item(site, source, line)),
    );
    const fresh = lines.filter((_, place) => known[place] !== true);
    const { keptOut, notStored, pipeline } = this.#recording;
    const leftOutBefore = keptOut.count;
    // Of a request that could not be committed: its sender comes again.
    notStored.takeLines();
    const touched = this.#touchedBy(site, source);
    for (const line of fresh) touched.add(this.#recording.virtual.feed(site, source, line));
    this.#boundTouched();
    if (keptOut.levelOf(site) !== 'none') this.#rememberChargers(site, fresh);
    // An import is one source to its end; of a push all that was accepted must be on the disk when it is answered.
    if (source !== IMPORTED) this.#recording.virtual.releaseHeld(touched);
    if (last) this.#end(site, source, touched);
    // An answer that was held may have come in an earlier request.
    const leftOut = Math.min(keptOut.count - leftOutBefore, fresh.length);
    if (!this.#recording.commit(true)) throw new StoreUnavailableError(AWAY);
    const lost = this.#lost(fresh);
    return {
      accepted: Math.max(0, fresh.length - leftOut - lost.length),
      duplicates: lines.length - fresh.length,
      rejected: lost.length === 0 ? rejected : [...rejected, ...lost].sort((a, b) => a.line - b.line),
      entries: pipeline.changes.newKinds,
      ...(leftOut > 0 ? { leftOut } : {}),
    };
  }

  /** Those of this request that the store did not take. */
  #lost(fresh: readonly IngestLine[]): readonly Rejection[] {
    const reasons = this.#recording.notStored.takeLines();
    if (reasons.size === 0) return [];
    return fresh.flatMap((line) => {
      const reason = reasons.get(line);
      return reason === undefined ? [] : [{ line: line.line, reason }];
    });
  }

  #read(body: Uint8Array): { lines: IngestLine[]; rejected: Rejection[] } {
    const lines: IngestLine[] = [];
    const rejected: Rejection[] = [];
    eachLine(body, (number, text) => {
      if (lines.length + rejected.length >= LINES_MAX) {
        rejected.push({ line: number, reason: `a request holds at most ${LINES_MAX} lines` });
        return;
      }
      const read = text === null ? 'the line is not UTF-8' : readIngestLine(number, text);
      if (typeof read === 'string') rejected.push({ line: number, reason: read });
      else lines.push(read);
    });
    return { lines, rejected };
  }

  /** A line as the store compares it; most are compared with nothing. */
  #item(site: string, source: string, line: IngestLine): SourceItem {
    if (line.kind === 'event') return { ...line, connection: connectionOf(source, line) };
    return new MaskedFrame(line, (text) => this.#mask(site, text));
  }

  /** As it would be stored. An answer is masked by its shape, its call may be long past. */
  #mask(site: string, text: string): string {
    const { masking } = this.#recording;
    try {
      const message = readMessage(text);
      if (message.kind === 'malformed') return masking.malformed(site, text, message)?.text ?? '';
      const action = message.kind === 'call' || message.kind === 'send' ? message.action : null;
      return masking.message(site, text, message, action).text;
    } catch (error) {
      // It is only compared here; feeding it meets the same error and records it without its text.
      this.#recording.onFault(error);
      return text;
    }
  }

  #rememberChargers(site: string, lines: readonly IngestLine[]): void {
    const facts = new Map<string, { lastSeen: number; protocol?: string }>();
    for (const line of lines) {
      const { charger, at } = line;
      const known = facts.get(charger) ?? { lastSeen: at };
      known.lastSeen = Math.max(known.lastSeen, at);
      if (line.kind === 'frame' && line.version !== null) known.protocol = `ocpp${line.version}`;
      facts.set(charger, known);
    }
    for (const [charger, fact] of facts) this.#writer.rememberCharger(site, charger, fact);
  }

  #touchedBy(site: string, source: string): Set<Conversation> {
    const key = `${site}\n${source}`;
    const touched = this.#touched.get(key) ?? new Set();
    this.#touched.delete(key);
    this.#touched.set(key, touched);
    const [oldest] = this.#touched.keys();
    if (this.#touched.size > SOURCES_MAX && oldest !== undefined) this.#touched.delete(oldest);
    return touched;
  }

  /** One conversation may be of many sources, by the connections that they name. */
  #boundTouched(): void {
    let sum = 0;
    for (const touched of this.#touched.values()) sum += touched.size;
    for (const [key, touched] of this.#touched) {
      if (sum <= this.#touchedMax || this.#touched.size === 1) return;
      this.#touched.delete(key);
      sum -= touched.size;
    }
  }

  #end(site: string, source: string, touched: Set<Conversation>): void {
    this.#recording.virtual.end(touched);
    this.#recording.pipeline.changes.resolveContexts();
    this.#touched.delete(`${site}\n${source}`);
  }
}
