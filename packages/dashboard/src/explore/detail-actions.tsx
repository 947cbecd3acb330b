/** Ways on from an entry. */

import { useState } from 'react';
import { Link } from 'wouter';
import type { LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { jsonText } from '../json/json-text.ts';
import { sequenceAddress, stationAddress } from '../station/station-state.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { copyText, tell } from '../ui/tell.ts';
import styles from './detail-panel.module.css';
import type { ExploreState } from './explore-state.ts';
import { around, nextOfTransaction, otherHalf, transactionOf } from './related.ts';
import { keyOf } from './rows.ts';
import { SessionLink } from './session-link.tsx';
import { ticketText } from './ticket-text.ts';
import { useExplore } from './use-explore.ts';

export interface DetailActionsProps {
  readonly entry: LogEntry;
  /** When it was, with the zone. */
  readonly time: string;
  readonly onGo: (change: Partial<ExploreState>) => void;
  readonly permalink: (entry: LogEntry) => string;
}

export function DetailActions({ entry, time, onGo, permalink }: DetailActionsProps) {
  const client = useClient();
  const [looking, setLooking] = useState(false);
  const half = otherHalf(entry);
  const transaction = transactionOf(entry);
  const [{ q, from, to, zone }] = useExplore();
  const { site_id: site, charger_id: charger } = entry;
  const near = around(entry);
  const next = async () => {
    setLooking(true);
    try {
      const found = await nextOfTransaction(client, entry);
      if (found === null) tell(`This is the last entry of transaction ${transaction}`);
      else onGo({ entry: keyOf(found) });
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    setLooking(false);
  };
  const button = `${controls.button} ${controls.small}`;
  return (
    <div className={styles.actions}>
      <button type="button" className={button} onClick={() => onGo(around(entry))}>
        <Icon name="around" size={14} /> Around this
      </button>
      {half !== null && (
        <button type="button" className={button} onClick={() => onGo(half)}>
          Other half
        </button>
      )}
      {transaction !== null && (
        <button type="button" className={button} disabled={looking} onClick={() => void next()}>
          <Icon name="right" size={14} /> Next of transaction {transaction}
        </button>
      )}
      {charger !== '' && (
        <>
          <Link className={button} href={stationAddress(site, charger, { from, to, zone })}>
            <Icon name="site" size={14} /> Station
          </Link>
          <Link
            className={button}
            href={sequenceAddress(site, charger, { from: near.from ?? from, to: near.to ?? to, zone })}
          >
            <Icon name="around" size={14} /> Sequence around this
          </Link>
          {q !== '' && (
            <Link className={button} href={sequenceAddress(site, charger, { q, from, to, zone })}>
              <Icon name="search" size={14} /> Sequence of this search
            </Link>
          )}
        </>
      )}
      <button
        type="button"
        className={button}
        title="Time, station, what was said and a link, as text"
        onClick={() =>
          void copyText(ticketText(entry, { time, link: permalink(entry) }), 'Text for the ticket')
        }
      >
        <Icon name="copy" size={14} /> Copy for the ticket
      </button>
      <button type="button" className={button} onClick={() => void copyText(permalink(entry), 'Link')}>
        <Icon name="link" size={14} /> Copy link
      </button>
      <button
        type="button"
        className={button}
        onClick={() => {
          const text = jsonText(entry, 2);
          if (text === null) tell('The entry is nested too deep to be copied as one; its raw text can be');
          else void copyText(text, 'Entry');
        }}
      >
        <Icon name="copy" size={14} /> Copy JSON
      </button>
      <SessionLink entry={entry} zone={zone} />
    </div>
  );
}
