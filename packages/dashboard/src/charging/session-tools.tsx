/** Ways on from a session: before, after, its messages, its entries to take along. */

import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { SiteBody } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { DEFAULT_COLUMNS } from '../explore/columns.ts';
import type { ZoneChoice } from '../explore/explore-state.ts';
import { queryOfStation } from '../station/station-state.ts';
import controls from '../ui/control.module.css';
import { countText } from '../ui/count-text.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { copyText } from '../ui/tell.ts';
import type { SessionBody, SummaryBody } from './session-answers.ts';
import { diagramOfSession, entriesOf, logsOfSession } from './session-links.ts';
import { sessionAddress } from './session-path.ts';
import { type Neighbours, REACH_DAYS } from './use-session-detail.ts';

const DownloadDialog = lazy(async () => ({
  default: (await import('../explore/download-dialog.tsx')).DownloadDialog,
}));

/** As many as an export takes one by one. */
const CHOSEN_MAX = 1_000;
/** What was said before and after tells what became of it, ms. */
const AROUND = 3_600_000;

export interface SessionToolsProps {
  readonly session: SessionBody;
  readonly choice: ZoneChoice;
  readonly neighbours: Neighbours | undefined;
}

export function SessionTools({ session, choice, neighbours }: SessionToolsProps) {
  const client = useClient();
  const [download, setDownload] = useState<'entries' | 'bundle' | null>(null);
  const entries = entriesOf(session);
  const { site_id: site, charger_id: charger } = session;
  const only: SiteBody = { id: site, name: session.site_name, timezone: 'UTC', chargers: [] };
  const span = { from: Date.parse(session.from), to: Date.parse(session.to) + 1 };
  const around = { from: span.from - AROUND, to: span.to + AROUND };
  return (
    <>
      <Neighbour word="Earlier" icon="left" of={neighbours?.earlier} choice={choice} />
      <Neighbour word="Later" icon="right" of={neighbours?.later} choice={choice} />
      <Link href={diagramOfSession(session, choice)} className={controls.button}>
        <Icon name="around" /> Sequence
      </Link>
      <Link href={logsOfSession(session, choice)} className={controls.button}>
        <Icon name="table" /> Logs
      </Link>
      <button type="button" className={controls.button} onClick={() => setDownload('entries')}>
        <Icon name="download" /> Download
      </button>
      <button type="button" className={controls.button} onClick={() => setDownload('bundle')}>
        <Icon name="share" /> For the vendor
      </button>
      <button
        type="button"
        className={controls.button}
        onClick={() =>
          void copyText(
            new URL(client.page(sessionAddress(session.id, choice)), window.location.href).href,
            'Link',
          )
        }
      >
        <Icon name="link" /> Copy link
      </button>
      {download !== null && (
        <Suspense fallback={null}>
          <DownloadDialog
            filter={{ q: queryOfStation(charger), sites: [site], quiet: false, events: true }}
            range={download === 'bundle' ? around : span}
            format={download === 'bundle' ? 'bundle' : 'csv'}
            live={false}
            order="asc"
            sites={[only]}
            columns={DEFAULT_COLUMNS}
            selected={
              entries.length > CHOSEN_MAX ? [] : entries.map((id) => ({ site_id: site, exchange: { id } }))
            }
            chosen={download === 'entries'}
            words={{
              selected: `The ${countText(entries.length, 'entry', 'entries')} of the session`,
              all:
                download === 'bundle'
                  ? 'All of the station, from an hour before it to an hour after it'
                  : 'All of the station in its time',
            }}
            onClose={() => setDownload(null)}
          />
        </Suspense>
      )}
    </>
  );
}

interface NeighbourProps {
  readonly word: string;
  readonly icon: IconName;
  /** undefined: not known yet. */
  readonly of: SummaryBody | null | undefined;
  readonly choice: ZoneChoice;
}

function Neighbour({ word, icon, of, choice }: NeighbourProps) {
  if (of == null) {
    const why = of === null ? `None within ${REACH_DAYS} days` : 'Looking for it';
    return (
      <button
        type="button"
        className={controls.button}
        disabled
        title={why}
        aria-label={`${word} session: ${why}`}
      >
        <Icon name={icon} /> {word}
      </button>
    );
  }
  return (
    <Link
      href={sessionAddress(of.id, choice)}
      className={controls.button}
      title={of.verdict.text}
      aria-label={`${word} session of the connector`}
    >
      <Icon name={icon} /> {word}
    </Link>
  );
}
