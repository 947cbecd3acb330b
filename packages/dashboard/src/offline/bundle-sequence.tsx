/** The sequence diagram of entries of one station. */

import type { BundleEntry } from '@ocpp-logs/core';
import { useMemo } from 'react';
import { SequenceDrawing } from '../station/sequence/sequence-drawing.tsx';
import { MESSAGES_MAX, sequenceOf } from '../station/sequence/sequence-events.ts';
import pages from '../station/station-page.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { entryPlace, fragmentOf } from './places.ts';

/** Of a diagram's messages, two to a call and its answer, and of what happened between them: what is older is not written out. */
const ENTRIES_MAX = 2 * MESSAGES_MAX;

export interface BundleSequenceProps {
  readonly bundle: OpenBundle;
  /** Of one site. */
  readonly entries: readonly BundleEntry[];
  readonly charger: string;
  readonly zone: string;
}

export function BundleSequence({ bundle, entries, charger, zone }: BundleSequenceProps) {
  const asked = useMemo(() => {
    const newest = entries.slice(-ENTRIES_MAX);
    const { events, left } = sequenceOf(newest.map((entry) => bundle.log(entry)));
    const earlier = entries.slice(0, -ENTRIES_MAX);
    const sequence = { events, left: left + messagesOf(earlier) };
    return { sequence, count: entries.length, cut: sequence.left > 0 || earlier.length > 0 };
  }, [bundle, entries]);
  const site = entries[0]?.site ?? '';
  const link = (entry: string) => entryPlace(site, entry);
  if (asked.sequence.events.length === 0) return <p className={pages.note}>There is nothing to draw.</p>;
  return (
    <SequenceDrawing
      charger={charger}
      zone={zone}
      asked={asked}
      live={false}
      link={link}
      address={(entry) => fragmentOf(link(entry))}
      narrowing={() => asked.cut && <p className={pages.note}>Narrow the search to see the earlier ones.</p>}
    />
  );
}

const ANSWERED: ReadonlySet<string | null> = new Set(['answered', 'error', 'late', 'result_rejected']);

/** As many as the diagram would have. */
function messagesOf(entries: readonly BundleEntry[]): number {
  return entries.reduce((sum, { entry: { kind, outcome } }) => {
    if (kind !== 'exchange') return sum;
    return sum + (ANSWERED.has(outcome) ? 2 : 1);
  }, 0);
}
