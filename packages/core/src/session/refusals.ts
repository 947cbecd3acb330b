/** Cards that a station was told not to let charge. */

import { type Draft, MARKS_MAX } from './draft.ts';
import { idTagOf, usedTag } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { RefusalMark } from './session.ts';

/** So many are kept of a station, the newest ones. */
const KEPT_MAX = 500;
/** Whoever tries again does so by then. ms. */
const AGAIN_MS = 3_600_000;
/** By which it is asked whether a card may charge. */
const ASKS = new Set(['Authorize', 'StartTransaction', 'TransactionEvent']);

export class Refusals {
  readonly #kept: (RefusalMark & { readonly idTag: string })[] = [];

  see(entry: SeenEntry): void {
    const { id, at, action, call } = entry;
    if (action === null || !ASKS.has(action) || call.eventType === 'Ended') return;
    const idTag = idTagOf(entry);
    const status = entry.fields.response_id_tag_info_status;
    if (idTag === null || typeof status !== 'string' || status === 'Accepted') return;
    this.#kept.push({ entry: id, at, action, status, idTag });
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
  }

  /** The last one of its card, in another session. */
  before(draft: Draft): RefusalMark | null {
    const { from, marks } = draft;
    const near = this.#kept.filter(
      ({ at, idTag }) => at <= from && from - at <= AGAIN_MS && usedTag(draft, idTag),
    );
    // What a session has beyond its marks may be its own.
    if (near.length === 0 || marks.length >= MARKS_MAX) return null;
    const own = new Set(marks.map(({ entry }) => entry));
    const found = near.findLast(({ entry }) => !own.has(entry));
    if (found === undefined) return null;
    const { idTag: _, ...told } = found;
    return told;
  }
}
