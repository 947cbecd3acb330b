/** How many entries are selected, and what can be done with them. */

import { Link } from 'wouter';
import { SELECTED_MAX as DRAWN_MAX, sequenceAddress } from '../station/station-state.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Icon } from '../ui/icon.tsx';
import { copyText } from '../ui/tell.ts';
import type { ExploreState } from './explore-state.ts';
import { ordered, type Selection, stationOf } from './selection.ts';
import styles from './selection-bar.module.css';

const SECOND = 1_000;

export interface SelectionBarProps {
  readonly selection: Selection;
  readonly state: ExploreState;
  readonly onDownload: () => void;
  readonly onClear: () => void;
}

export function SelectionBar({ selection, state, onDownload, onClear }: SelectionBarProps) {
  const { size } = selection.entries;
  const words = `${countText(size, 'entry', 'entries')} selected`;
  const button = `${controls.plain} ${controls.small}`;
  const sequence = sequenceOf(selection, state);
  const lines = () =>
    ordered(selection, state.order)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');
  return (
    <div className={size === 0 ? controls.hidden : styles.bar}>
      <output className={styles.count} aria-live="polite">
        {size === 0 ? '' : words}
      </output>
      {size > 0 && (
        <>
          <button type="button" className={button} onClick={onDownload}>
            <Icon name="download" size={14} /> Download selected
          </button>
          <button
            type="button"
            className={button}
            onClick={() => void copyText(lines(), words.replace(' selected', ''))}
          >
            <Icon name="copy" size={14} /> Copy as JSON lines
          </button>
          {sequence !== null && (
            <Link className={button} href={sequence}>
              <Icon name="around" size={14} /> Sequence
            </Link>
          )}
          <button type="button" className={button} onClick={onClear} title="Select nothing (Esc)">
            Clear
          </button>
        </>
      )}
    </div>
  );
}

/** Of one station, and no more than are drawn one by one. */
function sequenceOf(selection: Selection, { zone }: ExploreState): string | null {
  const station = stationOf(selection);
  if (station === null || selection.entries.size > DRAWN_MAX) return null;
  const entries = ordered(selection, 'asc');
  const times = entries.map(({ occurrence_time }) => Date.parse(occurrence_time));
  return sequenceAddress(station.site, station.charger, {
    from: new Date(Math.min(...times)).toISOString(),
    to: new Date(Math.max(...times) + SECOND).toISOString(),
    zone,
    entries: entries.flatMap(({ exchange }) => exchange?.id ?? []),
  });
}
