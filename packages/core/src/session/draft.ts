/** A session while entries still come to it. */

import type { OcppVersion } from '../frame.ts';
import { Numbering } from './numbering.ts';
import type { Profile } from './profiles.ts';
import type { MeterSample } from './samples.ts';
import { inOrder, type SeenEntry } from './seen.ts';
import {
  type Authorisation,
  type EntryRole,
  type Interruption,
  type LimitMark,
  type Mark,
  type Reading,
  type RemoteStart,
  type Reset,
  type SessionGap,
  STOP_ANSWERED,
  type StatusMark,
  type Trouble,
} from './session.ts';
import { answeredReason } from './told.ts';

/** Beyond these what comes is counted, or left out of the series. */
export const MARKS_MAX = 5_000;
export const SAMPLES_MAX = 10_000;
const FEW_MAX = 500;

/** Adds to a list that is bounded: statuses, authorisations and the like of one session. */
export function addBounded<T>(list: T[], item: T): void {
  if (list.length < FEW_MAX) list.push(item);
}

function remove<T>(list: T[], isIt: (item: T) => boolean): void {
  const kept = list.filter((item) => !isIt(item));
  list.splice(0, list.length, ...kept);
}

/** A start or stop, with the time that the station wrote, by the capturing side's clock. */
export interface Turn {
  readonly mark: Mark;
  readonly told: number | null;
  readonly late: boolean;
}

export class Draft {
  id: string;
  /** Whether what founded it is an entry that lists do not read. */
  meterFounded: boolean;
  readonly charger: string;
  readonly version: OcppVersion | null;
  connector: number | null;
  evseConnector: number | null = null;
  from: number;
  to: number;
  transaction: string | null = null;
  /** A start that was sent twice may have got two ids. */
  readonly transactions = new Set<string>();
  idTag: string | null = null;
  start: Turn | null = null;
  startWaitMs: number | null = null;
  stop: Turn | null = null;
  /** Whether it is or was a transaction. */
  isTransaction = false;
  startUnseen = false;
  /** Tells a start that is sent again from another one. */
  startKey: string | null = null;
  over = false;
  /** When its connector was told to be free while it ran. */
  freeSince: number | null = null;
  status: string | null = null;
  /** Of its connector, before it. */
  statusBefore: string | null = null;
  reuses: string | null = null;
  startAuthorisation: string | null = null;
  stopReason: string | null = null;
  stopAnswer: string | null = null;
  stopNames: string | null = null;
  triggerReason: string | null = null;
  meterStart: Reading | null = null;
  meterStop: Reading | null = null;
  cost: number | null = null;
  /** First event that is marked so. */
  offline: Mark | null = null;
  readonly seqNumbers = new Set<number>();
  readonly numbering = new Numbering();
  readonly marks: Mark[] = [];
  marksLeftOut = 0;
  readonly samples: MeterSample[] = [];
  samplesCut = false;
  /** The last register of all, also where the series is cut. */
  lastEnergy: Reading | null = null;
  readonly authorisations: Authorisation[] = [];
  readonly remoteStarts: RemoteStart[] = [];
  readonly remoteStops: Mark[] = [];
  readonly unlocks: Mark[] = [];
  readonly statuses: StatusMark[] = [];
  readonly troubles: Trouble[] = [];
  readonly limits: LimitMark[] = [];
  readonly interruptions: Interruption[] = [];
  readonly resets: Reset[] = [];
  gap: SessionGap | null = null;
  /** That came with its remote start. */
  ownProfile: Profile | null = null;

  constructor(entry: SeenEntry, connector: number | null, meterFounded = false) {
    this.id = entry.id;
    this.meterFounded = meterFounded;
    this.charger = entry.charger;
    this.version = entry.version;
    this.connector = connector;
    this.from = entry.at;
    this.to = entry.at;
  }

  get running(): boolean {
    return this.isTransaction && this.stop === null && !this.over;
  }

  /** Neither a transaction nor given up. */
  get waiting(): boolean {
    return !this.isTransaction && !this.over;
  }

  get authorised(): boolean {
    return this.authorisations.some(({ status }) => status === 'Accepted');
  }

  /** An entry is marked once, in one session: whoever calls this sees to it. */
  mark(entry: SeenEntry, role: EntryRole, word: string | null): Mark {
    const { id, at, action, answer } = entry;
    const said = answeredReason(answer);
    const mark = { entry: id, at, role, action: action ?? '', word: word ?? '', said };
    if (this.marks.length < MARKS_MAX) this.marks.push(mark);
    else this.marksLeftOut += 1;
    this.to = Math.max(this.to, entry.at);
    if (this.meterFounded && role !== 'meter' && role !== 'limit') {
      this.id = entry.id;
      this.meterFounded = false;
    }
    return mark;
  }

  /** One answer is enough to a stop that is sent again and again. */
  noteStopAnswer({ answer, errorCode, outcome }: SeenEntry): void {
    if (answer !== null || outcome === 'answered') this.stopAnswer = STOP_ANSWERED;
    else if (this.stopAnswer !== STOP_ANSWERED) this.stopAnswer = errorCode ?? this.stopAnswer;
  }

  addSamples(samples: readonly MeterSample[]): void {
    for (const sample of samples) {
      if (sample.energyWh !== null) {
        const text = sample.energyText ?? String(sample.energyWh);
        this.lastEnergy = { wh: sample.energyWh, text, entry: sample.entry };
      }
      if (this.samples.length < SAMPLES_MAX) this.samples.push(sample);
      else this.samplesCut = true;
    }
  }

  /** Takes over a card that was thought to be shown for the other one. */
  takeCard(other: Draft, isIt: (told: Authorisation) => boolean): void {
    const cards = other.authorisations.filter(isIt);
    const entries = new Set(cards.map(({ mark }) => mark.entry));
    const marks = other.marks.filter(({ entry }) => entries.has(entry));
    remove(other.authorisations, isIt);
    remove(other.marks, ({ entry }) => entries.has(entry));
    this.authorisations.push(...cards);
    this.marks.push(...marks.slice(0, Math.max(0, MARKS_MAX - this.marks.length)));
    this.marks.sort((a, b) => a.at - b.at);
    this.from = Math.min(this.from, this.marks[0]?.at ?? this.from);
    other.to = other.marks.reduce((to, { at }) => Math.max(to, at), other.from);
    if (!other.isTransaction) other.idTag = other.authorisations[0]?.idTag ?? null;
  }

  /** Takes over an attempt that turned out to be the same one. */
  absorb(other: Draft): void {
    const first = inOrder({ at: other.from, id: other.id }, { at: this.from, id: this.id }) < 0;
    if (first) this.id = other.id;
    this.from = Math.min(this.from, other.from);
    this.to = Math.max(this.to, other.to);
    this.idTag ??= other.idTag;
    this.statusBefore ??= other.statusBefore;
    this.ownProfile ??= other.ownProfile;
    this.marks.push(...other.marks.slice(0, Math.max(0, MARKS_MAX - this.marks.length)));
    this.marks.sort((a, b) => a.at - b.at);
    this.authorisations.push(...other.authorisations);
    this.remoteStarts.push(...other.remoteStarts);
    this.troubles.push(...other.troubles);
    other.over = true;
  }
}
