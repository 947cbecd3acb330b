/** One entry, all of it. */

import { useQuery } from '@tanstack/react-query';
import type { LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { shownText } from '../ui/shown-text.ts';
import { DetailActions } from './detail-actions.tsx';
import styles from './detail-panel.module.css';
import { EntryTold } from './entry-told.tsx';
import type { EntryKey, ExploreState } from './explore-state.ts';
import { wordsOfEntry } from './outcomes.ts';

export interface DetailPanelProps {
  readonly entryKey: EntryKey;
  /** As the table has it, until all of it has come. */
  readonly known: LogEntry | null;
  readonly zone: ZoneOf;
  readonly q: string;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
  readonly onTrouble: () => void;
  readonly onGo: (change: Partial<ExploreState>) => void;
  readonly permalink: (entry: LogEntry) => string;
}

function useEntry({ site, id }: EntryKey) {
  const client = useClient();
  const path = `/ocpp-logs/site/${encodeURIComponent(site)}/entry/${encodeURIComponent(id)}`;
  return useQuery({
    queryKey: ['entry', site, id],
    // An answer may still come, and with it the outcome.
    staleTime: 5_000,
    // It is compared by recursion, which a message that is nested deep would break.
    structuralSharing: false,
    queryFn: ({ signal }) =>
      client.get<LogEntry>(path, { signal, params: { include: 'exchange,raw,validation' } }),
  });
}

export function DetailPanel(props: DetailPanelProps) {
  const { entryKey, known, zone, q, onClose, onStep, onTrouble, onGo, permalink } = props;
  const asked = useEntry(entryKey);
  const entry = asked.data ?? known;
  return (
    <aside className={styles.panel} aria-label="Entry">
      <header className={styles.head}>
        <div className={styles.steps}>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            onClick={() => onStep(-1)}
            aria-label="Entry above"
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            onClick={() => onStep(1)}
            aria-label="Entry below"
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            className={`${controls.plain} ${controls.small}`}
            onClick={onTrouble}
            title="Next entry with an error or a fault (e)"
          >
            <Icon name="alert" size={14} /> Next error
          </button>
        </div>
        <h2 className={styles.title}>
          {entry === null ? 'Entry' : shownText(entry.action ?? wordsOfEntry(entry).label)}
        </h2>
        <button
          type="button"
          className={`${controls.icon} ${controls.small}`}
          onClick={onClose}
          aria-label="Close the entry"
        >
          <Icon name="close" />
        </button>
      </header>
      <div className={styles.body}>
        {asked.isError && (
          <p role="alert" className={styles.fault}>
            {isStatus(asked.error, 404)
              ? 'This entry is no longer there: its time of retention is over, or it was never readable with these rights.'
              : `The whole entry could not be loaded: ${asked.error.message}`}
          </p>
        )}
        {entry !== null && (
          <EntryTold
            entry={entry}
            zone={zone.ofSite(entry.site_id)}
            q={q}
            onSearch={(next) => onGo({ q: next })}
            actions={(time) => <DetailActions entry={entry} time={time} onGo={onGo} permalink={permalink} />}
            complete={asked.data !== undefined}
          />
        )}
      </div>
    </aside>
  );
}
