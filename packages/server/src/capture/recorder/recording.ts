/**
 * What the recorder's thread does: keeps the conversations, feeds them to the pipeline, commits, ends what is due.
 * Time comes in through `clock`, so that tests can step it.
 */

import { randomUUID } from 'node:crypto';
import { type derive, LateRoom, type PairingRooms, type SettingEvent, WaitingRoom } from '@ocpp-logs/core';
import type { EntryWriter } from '../../store/store.ts';
import { StoreUnavailableError } from '../../store/unavailable.ts';
import type { ConnectionNumber } from '../sink.ts';
import { type AlarmCode, Alarms } from './alarms.ts';
import type { Batch, BatchedFrame, CaptureEvent } from './batch.ts';
import { unpack } from './batch.ts';
import type { SiteChanges } from './changes.ts';
import { Conversation } from './conversation.ts';
import { Faults } from './faults.ts';
import { KeptOut } from './kept-out.ts';
import { Masking } from './masking.ts';
import { NotStored } from './not-stored.ts';
import { Pipeline } from './pipeline.ts';
import type { RecorderClock } from './recorder-clock.ts';
import type { SiteRules } from './recording-rules.ts';
import { BARE_ENTRY } from './tracked.ts';
import { VirtualConversations } from './virtual.ts';

export interface Committed {
  readonly sites: readonly SiteChanges[];
  /** Everything of these connections up to this time, ms, is committed. */
  readonly through: readonly (readonly [connection: ConnectionNumber, through: number])[];
  /** Since the start of the recording, as all counts here. */
  readonly alarms: Readonly<Record<AlarmCode, number>>;
  /** Frames and events that the level of their site left out. */
  readonly leftOut: number;
  /** Entries, and changes of them, that the store did not take. */
  readonly notStored: number;
  /** Errors in our own code. */
  readonly faults: number;
  /** How often something was not noted of a charger beyond those that are listed of a site; known to the thread. */
  readonly unlisted?: number;
  /** Calls that wait for their answer, what they take in memory, and how many ended early for want of room. */
  readonly waiting: Pick<WaitingRoom, 'calls' | 'bytes' | 'ended'>;
  /** Those that ended without it and may still get it, and how many were forgotten for want of room. */
  readonly late: Pick<LateRoom, 'calls' | 'bytes' | 'forgotten'>;
  /** Answers that wait for their call, and how many became entries early. */
  readonly held: Pick<WaitingRoom, 'calls' | 'bytes' | 'ended'>;
  /** Of what is pushed and imported: connections that are followed, and how many the bound has ended. */
  readonly virtual: Pick<VirtualConversations, 'size' | 'endedEarly'>;
}

export interface RecordingOptions {
  readonly writer: EntryWriter;
  readonly clock: RecorderClock;
  readonly redact: readonly string[];
  readonly pseudonymKey?: Uint8Array | null;
  /** After which a call without answer is a `timeout`, ms. */
  readonly timeoutMs: number;
  /** What calls that wait for their answer may take in memory, bytes. */
  readonly waitingMax?: number;
  /** What those that no longer wait may take, bytes; and answers that wait for their call. */
  readonly lateMax?: number;
  readonly heldMax?: number;
  /** Errors in our own code; the recording's own unless given. */
  readonly faults?: Faults;
  readonly derive?: typeof derive;
  /** Of sites that are known at the start. */
  readonly rules?: SiteRules;
  readonly onCommitted: (committed: Committed) => void;
  /** A line for the log: something went wrong or right again. */
  readonly report: (message: string) => void;
}

/** Of calls that wait for their answer, estimated: some 100,000 of common lengths. */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024;
/** Of calls that ended without an answer, which may still come: some 190,000. */
export const LATE_BYTES_MAX = 128 * 1024 * 1024;
/** Of answers of pushes and imports that came before their call. */
export const HELD_BYTES_MAX = 64 * 1024 * 1024;
/** How often a connection's `captured_through` goes to the disk, as often as what it tells of; a gap begins there. */
const THROUGH_STORED_MS = 1000;
/** A wall clock that moved by more than this against the monotonic one was set: extraction rules 1. */
const CLOCK_STEP_MS = 1000;
/** A gap of all its stations. */
const OF_SITE = { charger: '', connection: null } as const;

export class Recording {
  readonly pipeline: Pipeline;
  readonly keptOut = new KeptOut();
  readonly masking: Masking;
  readonly virtual: VirtualConversations;
  readonly rooms: PairingRooms;
  readonly notStored: NotStored;
  readonly #faults: Faults;
  readonly #options: RecordingOptions;
  readonly #writer: EntryWriter;
  /** An error in our own code. */
  readonly onFault: (error: unknown) => void;
  readonly #live = new Map<ConnectionNumber, Conversation>();
  readonly #fed = new Map<ConnectionNumber, Conversation>();
  /** Live connections of a charger: it is connected while there is one. */
  readonly #chargers = new Map<string, number>();
  readonly #alarms: Alarms;
  #clockOffset: number;
  /** No later frame bears this time or an earlier one; 0: nothing is captured. */
  #certain = 0;
  #failing = false;
  /** What {@link Committed} has told of it. */
  #told = '';
  #settled: (() => void)[] = [];

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#writer = options.writer;
    const {
      writer,
      report,
      waitingMax = WAITING_BYTES_MAX,
      lateMax = LATE_BYTES_MAX,
      heldMax = HELD_BYTES_MAX,
    } = options;
    const { keptOut } = this;
    const now = () => options.clock.monotonic() / 1000;
    this.rooms = {
      waiting: new WaitingRoom(waitingMax),
      late: new LateRoom(lateMax),
      held: new WaitingRoom(heldMax),
    };
    this.#faults = options.faults ?? new Faults(report, now);
    this.onFault = this.#faults.caught;
    this.notStored = new NotStored(report, now);
    this.#alarms = new Alarms({ writer, report, now });
    keptOut.follow(options.rules ?? new Map());
    this.masking = new Masking(options, keptOut);
    const { masking, onFault, notStored } = this;
    const deriving = options.derive === undefined ? {} : { derive: options.derive };
    this.pipeline = new Pipeline({
      writer,
      masking,
      onFault,
      alarms: this.#alarms,
      keptOut,
      notStored,
      ...deriving,
    });
    this.virtual = new VirtualConversations(this.pipeline, { ...options, onFault, rooms: this.rooms });
    this.#clockOffset = options.clock.now() - options.clock.monotonic() / 1000;
  }

  get failing(): boolean {
    return this.#failing;
  }

  /** Settles what an earlier run left: what it lost, lost connections and their calls, virtual ones that go on. */
  recover(): void {
    const now = this.#options.clock.now();
    const marked = this.#writer.interrupted() !== null;
    // Also of sites that nothing is known of: their first station may have come and gone within the last commit.
    for (const site of this.keptOut.sites) {
      const since = this.#writer.interrupted(site);
      if (since === null) continue;
      const reason = marked
        ? 'recording stopped all at once; what came last may be missing'
        : 'damage took away what was known of the last recording; what came last may be missing';
      this.pipeline.gap(site, { ...OF_SITE, from: Math.min(since, now), to: now, reason });
    }
    const lost = new Set<string>();
    for (const open of this.#writer.openConnections()) {
      lost.add(`${open.site}\n${open.connection}`);
      const { site, charger, connection } = open;
      const reason = 'the server stopped without closing the connection';
      this.pipeline.gap(site, { charger, connection, from: open.capturedThrough, to: now, reason });
      this.#writer.connectionClosed(site, connection);
      this.#writer.rememberCharger(site, charger, { connected: false });
    }
    for (const { site, stored } of this.#writer.pending()) {
      const isLost = lost.has(`${site}\n${stored.entry.connection}`);
      this.virtual.resume(site, stored, isLost ? 'connection_lost' : 'pending');
    }
    this.commit();
  }

  /** From here on stations may be recorded. What comes first may have come before a thread that ended all at once. */
  begin(): void {
    this.#certain = this.#writer.interrupted() ?? this.#options.clock.now() - 1;
    this.commit();
  }

  /** Nothing comes any more, and all that came is on the disk. */
  end(): void {
    this.#certain = 0;
    this.#writer.recordedThrough(null);
    this.commit();
  }

  /** Takes it in at once; resolves when all of it is committed, which is left to {@link tick}. */
  batch(batch: Batch): Promise<void> {
    for (const item of unpack(batch)) {
      if ('bytes' in item) this.#frame(item);
      else this.#event(item);
    }
    this.#certain = batch.takenAt - 1;
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  setting(site: string, event: SettingEvent, at: number): void {
    this.pipeline.record(site, { ...BARE_ENTRY, kind: 'setting', at, charger: '', event });
    this.commit();
  }

  /** Ends what is due and commits what was taken in. To be called ten times a second. */
  tick(): void {
    try {
      const now = this.#options.clock.monotonic();
      for (const talk of this.#live.values()) this.pipeline.expire(talk, now);
      this.virtual.tick();
    } catch (error) {
      // An exchange that could not be read back stays as it is; what the others became is committed below.
      this.onFault(error);
    }
    this.#watchClock();
    if (this.pipeline.changes.size > 0 || this.#settled.length > 0) this.commit();
  }

  /** False when the store is away; everything is kept and tried again. */
  commit(imported = false): boolean {
    try {
      const through = this.#storeThrough();
      if (this.#certain > 0) this.#writer.recordedThrough(this.#certain);
      const sites = this.pipeline.changes.commit(imported);
      this.#tell(sites, through);
      for (const [connection, talk] of this.#fed) {
        if (talk.through <= this.#certain) this.#fed.delete(connection);
      }
      this.#recovered();
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (!this.#failing) this.#options.report(`the store is away, entries wait in memory: ${error.message}`);
      this.#failing = true;
      return false;
    }
  }

  #tell(sites: readonly SiteChanges[], through: Committed['through']): void {
    const { waiting, late, held } = this.rooms;
    const counts = {
      leftOut: this.keptOut.count,
      notStored: this.notStored.count,
      faults: this.#faults.count,
    };
    const told = JSON.stringify(counts);
    if (sites.length === 0 && through.length === 0 && told === this.#told) return;
    this.#told = told;
    this.#options.onCommitted({
      sites,
      through,
      ...counts,
      alarms: this.#alarms.counts,
      waiting: { calls: waiting.calls, bytes: waiting.bytes, ended: waiting.ended },
      late: { calls: late.calls, bytes: late.bytes, forgotten: late.forgotten },
      held: { calls: held.calls, bytes: held.bytes, ended: held.ended },
      virtual: { size: this.virtual.size, endedEarly: this.virtual.endedEarly },
    });
  }

  #recovered(): void {
    if (this.#failing) this.#options.report('the store is back, all entries that waited are committed');
    this.#failing = false;
    const settled = this.#settled;
    this.#settled = [];
    for (const resolve of settled) resolve();
  }

  #frame(frame: BatchedFrame): void {
    const talk = this.#live.get(frame.connection);
    if (talk === undefined) return;
    this.#fed.set(frame.connection, talk);
    try {
      this.pipeline.expire(talk, frame.arrival);
      this.pipeline.frame(talk, frame);
    } catch (error) {
      // It must cost no more than this frame, and it must be seen.
      this.onFault(error);
      this.pipeline.unread(talk, frame);
    }
  }

  #event(event: CaptureEvent): void {
    if (event.kind === 'refused') {
      const { site, charger, remoteAddress, status, reason } = event.refused;
      this.pipeline.record(site, {
        ...BARE_ENTRY,
        kind: 'connection',
        at: event.at,
        charger,
        event: {
          event: 'refused',
          status,
          reason,
          ...(remoteAddress === null ? {} : { remote_address: remoteAddress }),
        },
      });
      return;
    }
    if (event.kind === 'opened') {
      this.#opened(event);
      return;
    }
    if (event.kind === 'missed') {
      const { from, to, reason } = event;
      this.pipeline.gap(event.site, { ...OF_SITE, from, to, reason });
      return;
    }
    const talk = this.#live.get(event.connection);
    if (talk === undefined) return;
    if (event.kind === 'gap') {
      const { charger, connection } = talk;
      const { from, to, reason } = event;
      this.pipeline.gap(talk.site, { charger, connection, from, to, reason });
      return;
    }
    this.pipeline.end(talk, 'connection_lost');
    this.pipeline.connectionEvent(talk, event.at, event.closing);
    this.#live.delete(event.connection);
    this.#fed.delete(event.connection);
    this.#writer.connectionClosed(talk.site, talk.connection);
    const left = (this.#chargers.get(keyOf(talk)) ?? 1) - 1;
    if (left > 0) this.#chargers.set(keyOf(talk), left);
    else this.#chargers.delete(keyOf(talk));
    this.#writer.rememberCharger(talk.site, talk.charger, { connected: left > 0, lastSeen: event.at });
  }

  #opened({ connection, opened, at, again }: CaptureEvent & { readonly kind: 'opened' }): void {
    const { site, charger, subprotocol, remoteAddress } = opened;
    const talk = new Conversation({
      site,
      charger,
      connection: randomUUID(),
      subprotocol,
      virtual: false,
      timeoutMs: this.#options.timeoutMs,
      rooms: this.rooms,
    });
    // A frame of the same millisecond may come with the next hand-over.
    talk.through = at - 1;
    talk.storedThrough = talk.through;
    this.#live.set(connection, talk);
    const open = this.#chargers.get(keyOf(talk)) ?? 0;
    this.#chargers.set(keyOf(talk), open + 1);
    this.#writer.connectionOpened({
      site,
      charger,
      connection: talk.connection,
      capturedThrough: talk.through,
    });
    const protocol = subprotocol === null ? {} : { protocol: subprotocol };
    this.#writer.rememberCharger(site, charger, { connected: true, lastSeen: at, ...protocol });
    if (again) return;
    const assumed = subprotocol === null && opened.mode === 'csms';
    this.pipeline.connectionEvent(
      talk,
      at,
      { event: 'accepted', status: 101, subprotocol, remote_address: remoteAddress },
      [...(assumed ? [{ code: 'subprotocol-none' as const }] : []), ...this.#alarms.connected(talk, open)],
    );
  }

  #storeThrough(): [ConnectionNumber, number][] {
    const through: [ConnectionNumber, number][] = [];
    for (const [connection, talk] of this.#fed) {
      const certain = Math.min(talk.through, this.#certain);
      through.push([connection, certain]);
      // Also where it has become less: the clock was set back.
      if (Math.abs(certain - talk.storedThrough) < THROUGH_STORED_MS) continue;
      talk.storedThrough = certain;
      this.#writer.capturedThrough(talk.site, talk.connection, certain);
      this.#writer.rememberCharger(talk.site, talk.charger, { lastSeen: talk.through });
    }
    return through;
  }

  #watchClock(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const offset = now - clock.monotonic() / 1000;
    const step = offset - this.#clockOffset;
    this.#clockOffset = offset;
    if (Math.abs(step) <= CLOCK_STEP_MS) return;
    const sites = new Set([...this.#live.values()].map((talk) => talk.site));
    const reason = `the clock was set ${step > 0 ? 'forward' : 'back'} by ${(Math.abs(step) / 1000).toFixed(3)} s`;
    const gap = { ...OF_SITE, from: Math.round(now - step), to: now, reason };
    for (const site of sites) this.pipeline.gap(site, gap);
    this.#options.report(reason);
  }
}

function keyOf(talk: Conversation): string {
  return `${talk.site}\n${talk.charger}`;
}
