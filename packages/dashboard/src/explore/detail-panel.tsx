/** One entry, all of it. */

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { FindingBody, LogEntry } from '../api/answers.ts';
import { useClient } from '../api/context.ts';
import { isStatus } from '../api/problem.ts';
import { spanText } from '../time/instant-text.ts';
import { offsetText, timeText } from '../time/zone.ts';
import type { ZoneOf } from '../time/zone-choice.ts';
import controls from '../ui/control.module.css';
import { Icon } from '../ui/icon.tsx';
import { copyText } from '../ui/tell.ts';
import { DetailActions } from './detail-actions.tsx';
import { DetailFields } from './detail-fields.tsx';
import styles from './detail-panel.module.css';
import type { EntryKey, ExploreState } from './explore-state.ts';
import { findingsOf, halvesOf } from './frame-parts.ts';
import { beginning, findingText, JsonView } from './json-view.tsx';
import { wordsOfEntry } from './outcomes.ts';

export interface DetailPanelProps {
  readonly entryKey: EntryKey;
  /** As the table has it, until all of it has come. */
  readonly known: LogEntry | null;
  readonly zone: ZoneOf;
  readonly q: string;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
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
  const { entryKey, known, onClose, onStep } = props;
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
        </div>
        <h2 className={styles.title}>
          {entry === null ? 'Entry' : (entry.action ?? wordsOfEntry(entry).label)}
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
        {entry !== null && <Whole {...props} entry={entry} complete={asked.data !== undefined} />}
      </div>
    </aside>
  );
}

interface WholeProps extends DetailPanelProps {
  readonly entry: LogEntry;
  readonly complete: boolean;
}

function Whole({ entry, zone, q, onGo, permalink, complete }: WholeProps) {
  const { request, answer } = halvesOf(entry);
  const findings = entry.validation?.findings ?? [];
  const place = zone.ofSite(entry.site_id);
  const ms = Date.parse(entry.occurrence_time);
  const { exchange } = entry;
  const words = wordsOfEntry(entry);
  const up = exchange?.direction === 'station_to_csms';
  return (
    <>
      <dl className={styles.facts}>
        <Fact name="Time" value={`${timeText(ms, place, true)} ${offsetText(ms, place)}`} />
        <Fact
          name="Station"
          value={entry.charger_id + (entry.connector_id === null ? '' : ` · ${entry.connector_id}`)}
        />
        <Fact name="Site" value={entry.site_name} />
        {exchange?.direction != null && (
          <Fact name="Direction" value={up ? 'Station to CSMS' : 'CSMS to station'} />
        )}
        <Fact name="Outcome" value={words.label} tone={words.tone} />
        {exchange?.latency_ms != null && <Fact name="Latency" value={spanText(exchange.latency_ms)} />}
        {exchange?.ocpp_version != null && <Fact name="OCPP" value={exchange.ocpp_version} />}
        {exchange?.message_id != null && <Fact name="Message id" value={exchange.message_id} />}
      </dl>
      <DetailActions entry={entry} onGo={onGo} permalink={permalink} />
      <Findings findings={findings} />
      <div className={styles.halves}>
        <Half title="Request" part={request} missing="There is no text of it.">
          {request !== null && (
            <JsonView
              text={request.text}
              label={`Request, ${request.name}`}
              findings={findingsOf(findings, 'request')}
            />
          )}
        </Half>
        <Half title="Answer" part={answer} missing={words.means}>
          {answer !== null && (
            <JsonView
              text={answer.text}
              label={`Answer, ${answer.name}`}
              findings={findingsOf(findings, 'answer')}
            />
          )}
        </Half>
      </div>
      <DetailFields entry={entry} q={q} onSearch={(next) => onGo({ q: next })} />
      {complete && <RawTexts entry={entry} />}
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly tone?: string;
}

function Fact({ name, value, tone }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={tone === undefined ? '' : styles[`tone-${tone}`]}>{value}</dd>
    </div>
  );
}

function Findings({ findings }: { readonly findings: readonly FindingBody[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.path ?? ''}`}>
          <Icon name="alert" size={14} />
          <span>
            <strong>{finding.code}</strong> {findingText(finding)}
            {finding.path !== null && <code> {finding.path}</code>}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface HalfProps {
  readonly title: string;
  readonly part: { readonly name: string; readonly text: string } | null;
  readonly missing: string;
  readonly children: ReactNode;
}

function Half({ title, part, missing, children }: HalfProps) {
  return (
    <section className={styles.half}>
      <h3>
        {title}
        {part !== null && <span className={styles.frame}>{part.name}</span>}
        {part !== null && (
          <button
            type="button"
            className={`${controls.icon} ${controls.small} ${styles.copy}`}
            aria-label={`Copy the ${title.toLowerCase()}`}
            onClick={() => void copyText(part.text, title)}
          >
            <Icon name="copy" size={14} />
          </button>
        )}
      </h3>
      {part === null ? <p className={styles.missing}>{missing}</p> : children}
    </section>
  );
}

function RawTexts({ entry: { raw } }: { readonly entry: LogEntry }) {
  const [open, setOpen] = useState(false);
  if (raw === undefined) return null;
  const texts = [raw.request_text, raw.response_text, raw.rejection_text].flatMap((text) => text ?? []);
  if (texts.length === 0) return null;
  return (
    <details className={styles.raw} open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Raw text
        {raw.truncated && <span className={styles.note}>only its beginning was kept</span>}
        {raw.redacted.length > 0 && (
          <span className={styles.note}>secrets are masked: {raw.redacted.join(', ')}</span>
        )}
        {raw.encoding !== undefined && <span className={styles.note}>as base64, since it is not UTF-8</span>}
      </summary>
      {texts.map((text) => (
        <div key={text} className={styles.rawText}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
          <pre tabIndex={0}>{beginning(text)}</pre>
          <button
            type="button"
            className={`${controls.icon} ${controls.small}`}
            aria-label="Copy the raw text"
            onClick={() => void copyText(text, 'Raw text')}
          >
            <Icon name="copy" size={14} />
          </button>
        </div>
      ))}
    </details>
  );
}
