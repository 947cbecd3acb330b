/** How many entries there are, what is left out, and what can be done with them. */

import { useQuery } from '@tanstack/react-query';
import { useClient } from '../api/context.ts';
import type { Range } from '../time/instant-text.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { facetsQuery } from './count-queries.ts';
import type { ExploreState } from './explore-state.ts';
import { noiseQuery } from './noise.ts';
import { preferQuiet } from './noise-preference.ts';
import type { PageState } from './page-store.ts';
import styles from './result-bar.module.css';
import type { Columns } from './use-columns.ts';
import type { Change } from './use-explore.ts';

export interface ResultBarProps {
  readonly state: ExploreState;
  readonly range: Range;
  /** Whether to count now. */
  readonly ready: boolean;
  readonly result: PageState | null;
  readonly live: number;
  /** First row on the screen, 1-based. */
  readonly row: number;
  readonly columns: Columns;
  readonly compact: boolean;
  readonly facetsOpen: boolean;
  readonly onFacets: () => void;
  readonly onChange: Change;
  readonly onDownload: () => void;
}

export function ResultBar(props: ResultBarProps) {
  const { state, result, live, row, onChange } = props;
  const total = (result?.count ?? 0) + live;
  return (
    <div className={styles.place}>
      <div className={styles.bar}>
        <button
          type="button"
          className={`${controls.plain} ${controls.small}`}
          aria-pressed={props.facetsOpen}
          onClick={props.onFacets}
        >
          <Icon name="filter" size={14} />{' '}
          <span className={styles.word}>{props.facetsOpen ? 'Hide filters' : 'Filters'}</span>
        </button>
        <output className={styles.count} aria-live="polite" aria-busy={result === null || result.counting}>
          {result !== null && (
            <>
              <strong>
                {result.exact ? '' : 'at least '}
                {total.toLocaleString('en')}
              </strong>{' '}
              {total === 1 ? 'entry' : 'entries'}
              {row > 1 && <span className={styles.row}>at row {row.toLocaleString('en')}</span>}
            </>
          )}
        </output>
        <NoiseSwitch {...props} />
        {!props.compact && (
          <label className={styles.switch} title="Connections, gaps, orphans and malformed frames too">
            <input
              type="checkbox"
              checked={state.events}
              onChange={({ currentTarget }) => onChange({ events: currentTarget.checked })}
            />
            Events
          </label>
        )}
        <span className={styles.space} />
        {!props.compact && (
          <button
            type="button"
            className={`${controls.plain} ${controls.small}`}
            onClick={() => onChange({ order: state.order === 'desc' ? 'asc' : 'desc', live: false })}
          >
            <Icon name={state.order === 'desc' ? 'down' : 'up'} size={14} />
            <span className={styles.word}>{state.order === 'desc' ? 'Newest first' : 'Oldest first'}</span>
          </button>
        )}
        {!props.compact && <ColumnPicker columns={props.columns} />}
        <button type="button" className={`${controls.plain} ${controls.small}`} onClick={props.onDownload}>
          <Icon name="download" size={14} /> <span className={styles.word}>Download</span>
        </button>
      </div>
    </div>
  );
}

function NoiseSwitch({ state, range, ready, onChange }: ResultBarProps) {
  const client = useClient();
  const q = noiseQuery(state.q);
  const filter = { q: q ?? '', sites: state.sites, events: state.events, quiet: false };
  const asked = useQuery({
    ...facetsQuery(client, { fields: ['action'], filter, top: 2 }, range),
    enabled: ready && q !== null,
  });
  if (q === null) return null;
  const count = asked.data?.count;
  return (
    <label className={styles.switch} title="Heartbeat and MeterValues">
      <input
        type="checkbox"
        checked={state.quiet}
        onChange={({ currentTarget }) => {
          preferQuiet(currentTarget.checked);
          onChange({ quiet: currentTarget.checked });
        }}
      />
      {state.quiet ? 'Noise hidden' : 'Hide noise'}
      {count !== undefined && <span className={styles.noise}>{count.toLocaleString('en')}</span>}
    </label>
  );
}
