/** Where everything in a sequence diagram stands. Time runs downwards, and long silences are cut out. */

import { spanText } from '../../time/instant-text.ts';
import { clockText, dateText } from '../../time/zone.ts';
import type { MessageEvent, NoteEvent, SequenceEvent } from './sequence-events.ts';

export interface MessageRow {
  readonly kind: 'message';
  readonly y: number;
  /** Beside the row; null where the one above says the same. */
  readonly time: string | null;
  readonly message: MessageEvent;
}

export interface NoteRow {
  readonly kind: 'note';
  readonly y: number;
  readonly time: string | null;
  readonly note: NoteEvent;
}

export interface SilenceRow {
  readonly kind: 'silence';
  readonly y: number;
  /** How much time was cut out. */
  readonly text: string;
}

export interface DayRow {
  readonly kind: 'day';
  readonly y: number;
  readonly text: string;
}

export type SequenceRow = MessageRow | NoteRow | SilenceRow | DayRow;

export interface SequenceLayout {
  readonly rows: readonly SequenceRow[];
  readonly width: number;
  readonly height: number;
  /** Of the two lifelines. */
  readonly station: number;
  readonly csms: number;
}

/** Names of the lifelines. */
const HEAD = 56;
const FOOT = 20;
const MESSAGE = 32;
const NOTE = 30;
const SILENCE = 30;
const DAY = 28;
const TIME_COLUMN = 92;
const NARROW = 520;
/** What is said within this time needs no cut. */
const SILENCE_MS = 5_000;

export function layoutOf(events: readonly SequenceEvent[], width: number, zone: string): SequenceLayout {
  const rows: SequenceRow[] = [];
  let y = HEAD;
  let last: SequenceEvent | null = null;
  let day = '';
  let clock = '';
  for (const event of events) {
    const silence = last === null ? 0 : event.at - last.at;
    if (silence > SILENCE_MS) {
      rows.push({ kind: 'silence', y: y + SILENCE / 2, text: spanText(silence) });
      y += SILENCE;
    }
    const date = dateText(event.at, zone);
    if (date !== day) {
      rows.push({ kind: 'day', y: y + DAY / 2, text: date });
      y += DAY;
      day = date;
    }
    const shown = clockText(event.at, zone, true);
    const time = shown === clock ? null : shown;
    clock = shown;
    if (event.kind === 'message') {
      rows.push({ kind: 'message', y: y + MESSAGE - 8, time, message: event });
      y += MESSAGE;
    } else {
      rows.push({ kind: 'note', y: y + NOTE / 2, time, note: event });
      y += NOTE;
    }
    last = event;
  }
  const narrow = width < NARROW;
  return {
    rows,
    width,
    height: y + FOOT,
    station: TIME_COLUMN + (narrow ? 12 : 40),
    csms: width - (narrow ? 14 : 70),
  };
}

/** What fits into so many pixels, with a mark where something was left out. */
export function fitting(text: string, px: number, letter: number): string {
  const letters = Math.max(4, Math.floor(px / letter));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
