/** The sequence diagram of entries of one station. */

import type { BundleEntry } from '@ocpp-logs/core';
import { useMemo } from 'react';
import { SequenceDrawing } from '../station/sequence/sequence-drawing.tsx';
import { sequenceOf } from '../station/sequence/sequence-events.ts';
import pages from '../station/station-page.module.css';
import type { OpenBundle } from './open-bundle.ts';
import { entryPlace, fragmentOf } from './places.ts';

export interface BundleSequenceProps {
  readonly bundle: OpenBundle;
  /** Of one site. */
  readonly entries: readonly BundleEntry[];
  readonly charger: string;
  readonly zone: string;
}

export function BundleSequence({ bundle, entries, charger, zone }: BundleSequenceProps) {
  const asked = useMemo(() => {
    const sequence = sequenceOf(entries.map((entry) => bundle.log(entry)));
    return { sequence, count: entries.length, cut: sequence.left > 0 };
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
