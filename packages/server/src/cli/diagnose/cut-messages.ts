/** Messages that a log does not hold whole, as a pager, a terminal or a paste leaves them. */

import { counted, type SeenEntry } from '@ocpp-logs/core';
import { readHead } from '../../import/frame-head.ts';
import type { PlacedRow } from './placed-row.ts';

/** Ids that are remembered; of more nothing is known. */
const IDS_MAX = 20_000;
const ANSWERS: ReadonlySet<number> = new Set([3, 4]);
const NO_ANSWER = 'call-unanswered';

interface Unread {
  count: number;
  readonly line: number;
  readonly reason: string;
}

export class CutMessages {
  readonly #files = new Map<string, Unread>();
  /** Of calls that are whole, and whose answers are not. */
  readonly #answered = new Set<string>();
  /** Of calls that are not whole. */
  readonly #called = new Set<string>();

  /** A row whose frame is no message, and why. Some programs mark what is none of OCPP, such as a ping. */
  add({ file, line, charger_id, direction, frame = '' }: PlacedRow, reason: string): void {
    if (!/^\s*\[/.test(frame)) return;
    const known = this.#files.get(file);
    if (known === undefined) this.#files.set(file, { count: 1, line, reason });
    else known.count += 1;
    const head = readHead(frame);
    if (head === null || direction === undefined) return;
    const answers = ANSWERS.has(head.type);
    const ids = answers ? this.#answered : this.#called;
    const id = head.id.startsWith('"') ? head.id.slice(1, -1) : head.id;
    if (ids.size < IDS_MAX) ids.add(keyOf(charger_id, answers ? against(direction) : direction, id));
  }

  /** What whoever reads the diagnosis should know, for each file. */
  get notes(): readonly string[] {
    return [...this.#files].map(
      ([file, { count, line, reason }]) =>
        `${file}: ${counted(count, 'message')} could not be read (${reason}; the first in line ${line}) and left out`,
    );
  }

  /** As the log would have it, were all of its messages whole; null for an answer to a call that is not. */
  settled(entry: SeenEntry): SeenEntry | null {
    const { kind, charger, direction, messageId, answer, errorCode, findings } = entry;
    if (direction === null || messageId === null) return entry;
    if (kind === 'orphan') {
      return this.#called.has(keyOf(charger, against(direction), messageId)) ? null : entry;
    }
    const open = kind === 'exchange' && answer === null && errorCode === null;
    if (!open || !this.#answered.has(keyOf(charger, direction, messageId))) return entry;
    return { ...entry, outcome: 'answered', findings: findings.filter(({ code }) => code !== NO_ANSWER) };
  }
}

function against(direction: string): string {
  return direction === 'station_to_csms' ? 'csms_to_station' : 'station_to_csms';
}

function keyOf(charger: string, direction: string, id: string): string {
  return `${charger}\n${direction}\n${id}`;
}
