/** When nothing of a session's station was recorded, as far as entries of the bundle tell. */

import { type EntryEvent, readHead } from '@ocpp-logs/core';
import type { SessionBody } from '../charging/session-answers.ts';
import type { Range } from '../time/instant-text.ts';
import type { OpenBundle } from './open-bundle.ts';

export function blindTimes(
  { entries }: Pick<OpenBundle, 'entries'>,
  { site_id: site, charger_id: charger }: Pick<SessionBody, 'site_id' | 'charger_id'>,
  within: Range,
): readonly Range[] {
  return entries.flatMap(({ site: own, entry }) => {
    if (entry.kind !== 'gap' || own !== site || (entry.charger !== '' && entry.charger !== charger))
      return [];
    const event: EntryEvent | null = readHead(entry.head)[14];
    if (event?.event !== 'gap') return [];
    const gap = { from: Date.parse(event.from), to: Date.parse(event.to) };
    return gap.to > within.from && gap.from < within.to ? [gap] : [];
  });
}
